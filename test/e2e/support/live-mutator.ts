import { setTimeout as sleep } from 'node:timers/promises';
import type {
  Organization,
  SimKey,
  SimResource,
} from '../../../src/sim/organization/organization.js';
import { randomOf } from '../crash-world.js';

type Random = (below: number) => number;
type Properties = Record<string, unknown>;

export interface MutatorOptions {
  readonly seed: number;
  /** Resources that are changed and never deleted. Default none. */
  readonly spared?: (resource: SimResource) => boolean;
}

/** A kind as it is changed here: only by properties that the fixtures map. */
interface Model {
  readonly kind: string;
  readonly isGlobal?: boolean;
  readonly name: (mark: string) => string;
  /** Property sets of which an update takes one and a new resource all. */
  readonly properties: (random: Random) => readonly Properties[];
}

const pick = <T>(random: Random, values: readonly T[]): T => values[random(values.length)]!;
const tags = (random: Random): Properties => ({
  Tags: [
    { Key: 'Name', Value: `name-${random(1_000)}` },
    { Key: 'revision', Value: String(random(1_000_000)) },
  ],
});

const RUNNING = { Code: '16', Name: 'running' };

const MODELS: readonly Model[] = [
  {
    kind: 'AWS::EC2::Instance',
    name: (mark) => `i-0${mark}`,
    properties: (random) => [
      { InstanceType: pick(random, ['t3.micro', 'm7g.large', 'c6i.4xlarge']) },
      { EbsOptimized: random(2) === 0 },
      tags(random),
    ],
  },
  {
    kind: 'AWS::EC2::Volume',
    name: (mark) => `vol-0${mark}`,
    properties: (random) => [{ Size: 8 + random(16_000) }],
  },
  {
    kind: 'AWS::EC2::SecurityGroup',
    name: (mark) => `sg-0${mark}`,
    properties: (random) => [
      { GroupName: `group ${random(1_000)}` },
      {
        SecurityGroupIngress: [22, 80, 443].slice(random(3)).map((port) => ({
          IpProtocol: 'tcp',
          FromPort: port,
          ToPort: port,
          CidrIp: pick(random, ['0.0.0.0/0', '10.0.0.0/8']),
        })),
      },
    ],
  },
  {
    kind: 'AWS::S3::Bucket',
    name: (mark) => `bucket-${mark}`,
    properties: (random) => [
      { VersioningConfiguration: { Status: pick(random, ['Enabled', 'Suspended']) } },
    ],
  },
  {
    kind: 'AWS::IAM::Role',
    isGlobal: true,
    name: (mark) => `role-${mark}`,
    properties: (random) => [
      { ManagedPolicyArns: [`arn:aws:iam::aws:policy/policy-${random(1_000)}`] },
    ],
  },
  {
    kind: 'AWS::DynamoDB::Table',
    name: (mark) => `table-${mark}`,
    properties: (random) => [{ ItemCount: random(1_000_000) }],
  },
  {
    kind: 'AWS::ApiGateway::RestApi',
    name: (mark) => mark.slice(-10),
    properties: (random) => [{ Name: `api ${random(1_000_000)}` }],
  },
];

/** Changes an organization at random: equal seeds, equal changes. */
export class Mutator {
  readonly #organization: Organization;
  readonly #random: Random;
  readonly #models: readonly Model[];
  readonly #held: SimKey[] = [];
  readonly #spared = new Set<SimKey>();
  readonly #gone: SimKey[] = [];
  /** Changes so far. */
  made = 0;

  constructor(organization: Organization, { seed, spared = () => false }: MutatorOptions) {
    this.#organization = organization;
    this.#random = randomOf(seed);
    this.#models = MODELS.filter(({ kind }) => organization.kinds.includes(kind));
    for (const resource of organization.snapshot()) {
      const { kind, accountId, region, identifier } = resource;
      if (!this.#models.some((model) => model.kind === kind)) continue;
      const key = { kind, accountId, region, identifier };
      this.#held.push(key);
      if (spared(resource)) this.#spared.add(key);
      // One on its way to another state is looked at for an hour.
      const state = resource.properties['State'] as { readonly Name?: string } | undefined;
      if (state?.Name === 'pending') organization.update(key, { State: RUNNING });
    }
  }

  /** Makes so many changes at once. */
  steps(count: number): void {
    for (let step = 0; step < count; step += 1) this.step();
  }

  /** Makes changes at a rate until stopped, or until so many have been made. */
  run(perSecond: number, most = Infinity): { readonly done: Promise<void>; stop(): Promise<void> } {
    let stopped = false;
    const enough = this.made + most;
    const start = performance.now();
    const before = this.made;
    const ended = (async () => {
      while (!stopped && this.made < enough) {
        const due = Math.min(most, ((performance.now() - start) / 1_000) * perSecond);
        while (this.made - before < due) this.step();
        await sleep(10);
      }
    })();
    return {
      done: ended,
      stop: () => {
        stopped = true;
        return ended;
      },
    };
  }

  step(): void {
    this.made += 1;
    const fate = this.#random(10);
    if (fate < 2 || this.#held.length === 0) this.#create();
    else this.#change(this.#random(this.#held.length), fate === 2);
  }

  #change(at: number, isEnd: boolean): void {
    const key = this.#held[at]!;
    if (isEnd && !this.#spared.has(key)) {
      this.#held.splice(at, 1);
      this.#gone.push(key);
      this.#organization.delete(key);
      return;
    }
    const model = this.#models.find(({ kind }) => kind === key.kind)!;
    this.#organization.update(key, pick(this.#random, model.properties(this.#random)));
  }

  /** Something new, or something that was deleted: buckets come back in any region. */
  #create(): void {
    const random = this.#random;
    const comesBack = this.#gone.length > 0 && random(3) === 0;
    const [back] = comesBack ? this.#gone.splice(random(this.#gone.length), 1) : [];
    const model =
      this.#models.find(({ kind }) => kind === back?.kind) ?? pick(random, this.#models);
    const { regions, accounts } = this.#organization;
    const region = model.isGlobal === true ? 'global' : pick(random, regions);
    const isBucket = model.kind === 'AWS::S3::Bucket';
    const key =
      back === undefined
        ? {
            kind: model.kind,
            accountId: pick(random, accounts).id,
            region,
            identifier: model.name(this.#mark()),
          }
        : { ...back, ...(isBucket && { region }) };
    const properties = Object.assign({}, ...model.properties(random)) as Properties;
    if (isBucket) properties['Arn'] = `arn:aws:s3:::${key.identifier}`;
    this.#organization.create({ ...key, properties });
    this.#held.push(key);
  }

  #mark(): string {
    const part = (): string => this.#random(0xffff_ffff).toString(16).padStart(8, '0');
    return part() + part();
  }
}
