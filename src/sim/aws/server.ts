import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Counters } from '../counters.js';
import type { FaultBook, FaultEffect } from '../faults.js';
import { send, sendHalf, serve, type Handler, type Loopback } from '../loopback.js';
import type { Credentials } from './credentials.js';
import { Refusal } from './refusal.js';
import type { Answer, Caller, Operation, Service, Twist } from './service.js';
import { readSignature } from './sigv4.js';

/** What the AWS server is made of. */
export interface AwsParts {
  /** By signing name of the credential scope. */
  readonly services: ReadonlyMap<string, Service>;
  readonly credentials: Credentials;
  readonly faults: FaultBook;
  readonly counters: Counters;
  /** Milliseconds before each answer. */
  readonly latencyMs: () => number;
  /** Kinesis, where there is a stream; it answers for itself. */
  readonly stream?: { readonly handle: Handler };
}

/** Serves all services of the simulated AWS at one endpoint; the signature's credential scope tells which is meant. */
export function serveAws(parts: AwsParts, port: number): Promise<Loopback> {
  return serve((request, response, body) => answer(parts, request, response, body), port);
}

async function answer(
  parts: AwsParts,
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
): Promise<void> {
  if (parts.stream && String(request.headers['x-amz-target']).startsWith('Kinesis_'))
    return parts.stream.handle(request, response, body);
  const service = serviceOf(parts, request);
  const latency = parts.latencyMs();
  if (latency > 0) await sleep(latency);
  let result: Answer;
  let effects: FaultEffect[] = [];
  try {
    const signature = readSignature(request.headers);
    const operation = service.decode(request, body);
    const caller = {
      principal: parts.credentials.authenticate(signature),
      region: signature.region,
    };
    parts.counters.add(`${service.name}.${operation.name}`);
    const call = {
      service: service.name,
      operation: operation.name,
      accountId: caller.principal.accountId,
      region: caller.region,
      ...operation.facts,
    };
    effects = parts.faults.take(call);
    for (const effect of effects) if (effect.type === 'latency') await sleep(effect.ms);
    result = perform(service, operation, caller, effects, parts.faults.hidden(call));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    parts.counters.add(`error.${error.code}`);
    result = service.refuse(error);
  }
  finish(response, result, effects);
}

function perform(
  service: Service,
  operation: Operation,
  caller: Caller,
  effects: readonly FaultEffect[],
  hidden: Twist['hidden'],
): Answer {
  const twist = { empty: false, poisonToken: false, hidden };
  for (const effect of effects) {
    if (effect.type === 'throttle') throw service.throttled();
    if (effect.type === 'accessDenied') throw service.denied(operation, caller);
    if (effect.type === 'error')
      throw new Refusal(effect.code, effect.status, effect.message ?? `${effect.code} by fault`);
    if (effect.type === 'empty') twist.empty = true;
    if (effect.type === 'poisonToken') twist.poisonToken = true;
  }
  return service.perform(operation, caller, twist);
}

function finish(response: ServerResponse, answer: Answer, effects: readonly FaultEffect[]): void {
  const ending = effects.find(
    ({ type }) => type === 'reset' || type === 'malformed' || type === 'cut',
  );
  if (ending?.type === 'reset') response.destroy();
  else if (ending?.type === 'malformed')
    send(response, 200, answer.headers, '{"TypeName": <not json');
  else if (ending?.type === 'cut') sendHalf(response, answer.status, answer.headers, answer.body);
  else send(response, answer.status, answer.headers, answer.body);
}

/** The service of the credential scope; where the header cannot be read, the one whose protocol the request seems to speak. */
function serviceOf({ services }: AwsParts, request: IncomingMessage): Service {
  const scope =
    /Credential=[^/]+\/[^/]+\/[^/]+\/([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ??
    '';
  const target = String(request.headers['x-amz-target'] ?? '');
  const guess = target.startsWith('AWSOrganizations')
    ? 'organizations'
    : target === ''
      ? 'sts'
      : 'cloudcontrolapi';
  return services.get(scope) ?? (services.get(guess) as Service);
}
