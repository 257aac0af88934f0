import { hashString, Random } from './random.js';

/** A role that may be assumed in an account. */
export interface SimRole {
  /** Where set, AssumeRole must name it. */
  readonly externalId?: string;
}

/** One account of the simulated organization. */
export interface SimAccount {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly joinedAt: Date;
  status: 'ACTIVE' | 'SUSPENDED' | 'PENDING_CLOSURE';
  /** Id of the organizational unit, or of the root, that it stands in. */
  parentId: string;
  readonly tags: Record<string, string>;
  /** Regions that it has enabled. */
  readonly regions: Set<string>;
  readonly roles: Map<string, SimRole>;
  /** Its place in the order of creation, from 0. */
  readonly ordinal: number;
}

/** An organizational unit. */
export interface SimUnit {
  readonly id: string;
  readonly name: string;
  /** Another unit's id, or the root's. */
  readonly parentId: string;
}

const NAMES = [
  'Production',
  'Staging',
  'Sandbox (team "blue")',
  'Datenbüro',
  'データ基盤',
  "O'Brien's lab",
  'Audit & Log',
];

/** Twelve digits; some begin with zeros, because a number would lose them. */
export function accountId(seed: string, ordinal: number): string {
  const random = new Random(hashString(`${seed}|account|${ordinal}`));
  const digits = String(random.int(1_000_000)).padStart(6, '0') + String(ordinal).padStart(6, '0');
  return ordinal % 7 === 3 ? `00${digits.slice(2)}` : digits;
}

/** A readable, at times awkward, account name. */
export function accountName(ordinal: number): string {
  return ordinal === 0 ? 'Management' : `${NAMES[ordinal % NAMES.length] ?? ''} ${ordinal}`;
}

/** The units of an organization: two below the root, and one nested. */
export function makeUnits(seed: string, rootId: string): SimUnit[] {
  const suffix = rootId.slice(2);
  const id = (name: string) => `ou-${suffix}-${new Random(hashString(`${seed}|${name}`)).hex(8)}`;
  const workloads = id('Workloads');
  return [
    { id: workloads, name: 'Workloads', parentId: rootId },
    { id: id('Prod'), name: 'Prod', parentId: workloads },
    { id: id('Sandbox'), name: 'Sandbox', parentId: rootId },
  ];
}
