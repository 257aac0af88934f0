import type { Change, ChangeResult } from '../../src/model/change.js';
import { createEntitySink } from '../../src/port/create-entity-sink.js';
import type { EntitySinkOptions } from '../../src/port/entity-sink-options.js';
import type { EntitySink } from '../../src/port/entity-sink.js';
import { PortClient, type PortClientOptions } from '../../src/port/port-client.js';
import { fakeClock, type FakeClock } from './fake-clock.js';
import { startFakePort, type FakePort } from './fake-port.js';

export const SECRET = 'very-secret-client-secret';

export interface Rig {
  readonly port: FakePort;
  readonly client: PortClient;
  readonly clock: FakeClock;
  /** Everything that was logged, as text. */
  readonly logged: string[];
}

export interface SinkRig extends Rig {
  readonly sink: EntitySink;
  write(...changes: Change[]): Promise<ChangeResult[]>;
}

/** A client against a fake Port, closed after `use`. */
export async function withClient(
  use: (rig: Rig) => Promise<void>,
  options: Partial<PortClientOptions> & { blueprints?: string[] } = {},
): Promise<void> {
  const port = await startFakePort(options.blueprints);
  const clock = fakeClock();
  const logged: string[] = [];
  const note = (level: string) => (data: object, message: string) => {
    logged.push(`${level} ${message} ${JSON.stringify(data)}`);
  };
  const client = new PortClient({
    baseUrl: port.url,
    clientId: 'client-id',
    clientSecret: SECRET,
    integration: 'prod',
    version: '1.2.3',
    clock,
    env: {},
    log: { debug: note('debug'), info: note('info'), warn: note('warn') },
    ...options,
  });
  try {
    await use({ port, client, clock, logged });
  } finally {
    await client.close();
    await port.close();
  }
}

/** A sink on top of that. */
export async function withSink(
  use: (rig: SinkRig) => Promise<void>,
  options: Partial<EntitySinkOptions> & { blueprints?: string[] } = {},
): Promise<void> {
  await withClient(
    async (rig) => {
      const sink = createEntitySink({
        client: rig.client,
        createMissingRelatedEntities: false,
        enableMergeEntity: false,
        deleteDependentEntities: false,
        lingerMs: 1,
        log: rig.client.log,
        ...options,
      });
      const write = (...changes: Change[]) =>
        Promise.all(
          changes.map(
            (change) =>
              new Promise<ChangeResult>((resolve) => {
                sink.submit(change, resolve);
              }),
          ),
        );
      try {
        await use({ ...rig, sink, write });
      } finally {
        await sink.close();
      }
    },
    options.blueprints === undefined ? {} : { blueprints: options.blueprints },
  );
}

export function upsert(identifier: string, properties: object = {}, blueprint = 'vm'): Change {
  return { op: 'upsert', blueprint, identifier, json: JSON.stringify({ identifier, properties }) };
}

export function remove(identifier: string, blueprint = 'vm'): Change {
  return { op: 'delete', blueprint, identifier };
}

/** `n` upserts with identifiers e0, e1, … */
export function upserts(n: number, from = 0): Change[] {
  return Array.from({ length: n }, (_, at) => upsert(`e${(from + at).toString()}`));
}
