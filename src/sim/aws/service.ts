import type { IncomingMessage } from 'node:http';
import type { Call } from '../faults.js';
import type { Principal } from './credentials.js';
import type { Refusal } from './refusal.js';

/** One decoded request. */
export interface Operation {
  /** `ListResources`, `AssumeRole`, … */
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** What faults are matched against, beside service, operation, account and region. */
  readonly facts: Call;
}

/** Who calls, and where the call came in. */
export interface Caller {
  readonly principal: Principal;
  readonly region: string;
}

/** How faults bend an answer that is otherwise right. */
export interface Twist {
  /** Answer as if there were nothing. */
  readonly empty: boolean;
  /** Give a token that will be refused. */
  readonly poisonToken: boolean;
  /** Resources to leave out. */
  readonly hidden: ((identifier: string) => boolean) | undefined;
}

/** An HTTP answer. */
export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string | Buffer;
}

/** One service of the simulated AWS. */
export interface Service {
  /** Name in faults and counters. */
  readonly name: string;
  /** Reads a request; throws a Refusal where it is not of the service's form. */
  decode(request: IncomingMessage, body: Buffer): Operation;
  /** Carries it out; throws a Refusal. */
  perform(operation: Operation, caller: Caller, twist: Twist): Answer;
  /** Writes an error in the service's protocol. */
  refuse(refusal: Refusal): Answer;
  /** The service's own throttling error. */
  throttled(): Refusal;
  /** The service's own access error. */
  denied(operation: Operation, caller: Caller): Refusal;
}
