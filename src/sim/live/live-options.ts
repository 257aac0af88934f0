import type { FormWeights } from './forms.js';

/** How changes reach the stream; may be changed while the simulation runs. */
export interface LiveSettings {
  /** How often each form is used. Default EventBridge envelopes alone. */
  forms: FormWeights;
  /** Share of events, from 0 to 1, that come twice, with the same event id. Default 0. */
  duplicates: number;
  /** Events are shuffled within a window of so many. Default 0: in order. */
  reorder: number;
  /** Milliseconds from the change to the stream, drawn evenly between these. Default none. */
  delay: { readonly min: number; readonly max: number };
  /** Records that matter to nobody, per event: 19 make a stream that is 95 % noise. Default 0. */
  noise: number;
  /** Poison records per event: 0.01 is one for every hundred events, exactly. Default 0. */
  poison: number;
  /** EC2's own notifications of the states of instances come beside the API calls. Default false. */
  stateChanges: boolean;
  /** Instances that one RunInstances, TerminateInstances, … holds at most, where changes come in a row. Default 50. */
  instancesPerCall: number;
  /** By what the stream spreads records over its shards. Default `random`. */
  partitionKey: 'random' | 'account';
  /** How long records are gathered before they are put, in milliseconds. Default 10. */
  lingerMs: number;
}

/** The stream of a simulation, and how changes reach it. */
export interface LiveOptions extends Partial<LiveSettings> {
  /** Default 2. */
  readonly shards?: number;
  /**
   * What holds the stream. `emulator` (default): kinesis-local, a Kinesis that nobody here wrote, which
   * takes about 200 records a second. `memory`: one of our own, for load.
   */
  readonly engine?: 'emulator' | 'memory';
  /** Default `cloudtrail`. */
  readonly streamName?: string;
  /** Ids, forms and disturbances are drawn from it. Default: the organization's seed. */
  readonly seed?: string | number;
  /** Enforce the read limits of shards. Default false. */
  readonly limits?: boolean;
  /** Port that Kinesis listens on; 0 for any free one (default). */
  readonly kinesisPort?: number;
}

/** What has been put into the stream so far. */
export interface Emitted {
  /** Changes of the organization that were told. */
  readonly changes: number;
  /** Records of the stream, poison among them. */
  readonly records: number;
  /** Records of CloudTrail about those changes, each counted once. */
  readonly events: number;
  /** Of EC2's own notifications. */
  readonly notifications: number;
  /** Events and notifications that came again. */
  readonly duplicates: number;
  readonly noise: number;
  /** Records of the stream that cannot be read. */
  readonly poison: number;
  /** Records of the stream by form. */
  readonly byForm: Readonly<Record<string, number>>;
  readonly bytes: number;
  /** What is not put yet. */
  readonly waiting: number;
}

export const LIVE_DEFAULTS: LiveSettings = {
  forms: { eventBridge: 1 },
  duplicates: 0,
  reorder: 0,
  delay: { min: 0, max: 0 },
  noise: 0,
  poison: 0,
  stateChanges: false,
  instancesPerCall: 50,
  partitionKey: 'random',
  lingerMs: 10,
};

/** Changes settings; throws where one is unknown or out of its range, and changes nothing then. */
export function changeLiveSettings(
  settings: LiveSettings,
  change: Readonly<Record<string, unknown>>,
): void {
  for (const [name, value] of Object.entries(change)) {
    if (!(name in LIVE_DEFAULTS))
      throw new Error(
        `no such setting of the stream: ${name}; there are ${Object.keys(LIVE_DEFAULTS).join(', ')}`,
      );
    if (!suits(name as keyof LiveSettings, value))
      throw new Error(`the stream's ${name} cannot be ${JSON.stringify(value)}`);
  }
  Object.assign(settings, change);
}

function suits(name: keyof LiveSettings, value: unknown): boolean {
  switch (name) {
    case 'forms':
      return typeof value === 'object' && value !== null;
    case 'delay': {
      const { min, max } = (value ?? {}) as { min?: unknown; max?: unknown };
      return typeof min === 'number' && typeof max === 'number' && min >= 0 && max >= min;
    }
    case 'stateChanges':
      return typeof value === 'boolean';
    case 'partitionKey':
      return value === 'random' || value === 'account';
    case 'duplicates':
      return typeof value === 'number' && value >= 0 && value <= 1;
    default:
      return typeof value === 'number' && value >= 0;
  }
}
