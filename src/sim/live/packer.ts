import type { TrailRecord } from '../cloudtrail/make-record.js';
import type { BridgeEvent } from '../cloudtrail/state-changes.js';
import type { Random } from '../organization/random.js';
import type { StreamEntry } from '../stream/stream-engine.js';
import { drawForm, encodeRecords, MOST_EVENTS, type Form } from './forms.js';
import type { LiveSettings } from './live-options.js';

/** What can be put. */
export type Item =
  | { readonly type: 'event' | 'duplicate' | 'noise'; readonly record: TrailRecord }
  | { readonly type: 'notification' | 'duplicateNotification'; readonly notice: BridgeEvent }
  | { readonly type: 'poison'; readonly data: Buffer };

/** A record of the stream with what it holds, for the counters. */
export interface Packed extends StreamEntry {
  readonly form: Form | 'notification' | 'poison';
  readonly items: readonly Item['type'][];
}

interface Group {
  readonly form: Form;
  readonly room: number;
  readonly items: Item['type'][];
  readonly records: TrailRecord[];
}

/** Puts items into records of the stream, each in a form that is drawn by weight. */
export class Packer {
  constructor(
    private readonly settings: LiveSettings,
    private readonly random: Random,
  ) {}

  /** Packs all items; what stands together in one record is drawn, too. */
  pack(items: readonly Item[]): Packed[] {
    const packed: Packed[] = [];
    const open = new Map<Form, Group>();
    for (const item of items) {
      if ('data' in item) packed.push(this.alone(item.data, 'poison', item.type, undefined));
      else if ('notice' in item) {
        const data = Buffer.from(JSON.stringify(item.notice));
        packed.push(this.alone(data, 'notification', item.type, item.notice.account));
      } else {
        const group = this.join(open, item);
        if (group.records.length < group.room) continue;
        open.delete(group.form);
        packed.push(this.close(group));
      }
    }
    for (const group of open.values()) packed.push(this.close(group));
    return packed;
  }

  private join(
    open: Map<Form, Group>,
    { type, record }: Extract<Item, { record: TrailRecord }>,
  ): Group {
    const { random } = this;
    const form = drawForm(this.settings.forms, random);
    let group = open.get(form);
    if (group === undefined) {
      const most = MOST_EVENTS[form];
      group = { form, room: most === 1 ? 1 : 1 + random.int(most), items: [], records: [] };
      open.set(form, group);
    }
    group.items.push(type);
    group.records.push(record);
    return group;
  }

  private close({ form, items, records }: Group): Packed {
    const partitionKey = this.keyOf(records[0]?.recipientAccountId);
    return {
      data: encodeRecords(form, records, partitionKey, this.random),
      partitionKey,
      form,
      items,
    };
  }

  private alone(
    data: Buffer,
    form: Packed['form'],
    type: Item['type'],
    accountId: string | undefined,
  ): Packed {
    return { data, partitionKey: this.keyOf(accountId), form, items: [type] };
  }

  private keyOf(accountId: string | undefined): string {
    return this.settings.partitionKey === 'account' && accountId !== undefined
      ? accountId
      : this.random.hex(16);
  }
}
