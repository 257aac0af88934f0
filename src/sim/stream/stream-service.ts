import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { jsonError } from '../aws/json-protocol.js';
import type { Credentials } from '../aws/credentials.js';
import { Refusal } from '../aws/refusal.js';
import { readSignature } from '../aws/sigv4.js';
import type { Answer } from '../aws/service.js';
import { Counters } from '../counters.js';
import type { FaultBook, FaultEffect } from '../faults.js';
import { send, sendHalf } from '../loopback.js';
import { ShardLimits } from './shard-limits.js';
import type { EngineAnswer, StreamEngine } from './stream-engine.js';

/** What the simulated Kinesis is told; may be changed while it runs. */
export interface StreamSettings {
  /** Enforce the read limits of shards: 5 calls and 2 MiB a second. */
  limits: boolean;
  /** Milliseconds before each answer. */
  latencyMs: number;
  /** How long a subscription lasts before it ends as AWS ends it. */
  subscriptionMs: number;
}

interface StreamCall {
  readonly operation: string;
  readonly accountId: string;
  readonly region: string;
  readonly shardId: string | undefined;
  readonly input: Readonly<Record<string, unknown>>;
}

const CONTENT_TYPE = 'application/x-amz-json-1.1';
const NEXT_ITERATOR = '"NextShardIterator":"';
/** Iterators whose shards are remembered: those in use, by far. */
const REMEMBERED = 20_000;

/**
 * Kinesis as clients meet it: an engine behind faults, limits and counters. Calls are counted as
 * `Operation` and, where they concern one shard, as `Operation.shardId`; refusals as `error.Code`.
 */
export class StreamService {
  readonly counters = new Counters();
  private readonly shardOf = new LRUCache<string, string>({ max: REMEMBERED });
  private limits = new ShardLimits();

  constructor(
    private readonly engine: StreamEngine,
    private readonly accountId: string,
    private readonly credentials: Credentials,
    private readonly faults: FaultBook,
    readonly settings: StreamSettings,
  ) {}

  /** Answers one request. */
  async handle(request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void> {
    if (this.settings.latencyMs > 0) await sleep(this.settings.latencyMs);
    let effects: readonly FaultEffect[] = [];
    let answer: EngineAnswer;
    try {
      const call = this.decode(request, body);
      effects = await this.meetFaults(call);
      const lost = effects.some((effect) => effect.type === 'reset' && effect.applied !== true);
      if (lost) return void response.destroy();
      answer = await this.perform(call, body, effects);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.counters.add(`error.${error.code}`);
      answer = errorAnswer(jsonError(CONTENT_TYPE, '', error));
    }
    finish(response, answer, effects, this.settings.subscriptionMs);
  }

  private decode(request: IncomingMessage, body: Buffer): StreamCall {
    const { accessKeyId, region, service, sessionToken } = readSignature(request.headers);
    const { accountId, arn } = this.credentials.authenticate({
      accessKeyId,
      region,
      service,
      sessionToken,
    });
    const target = String(request.headers['x-amz-target'] ?? '');
    const operation = target.slice(target.indexOf('.') + 1);
    // What is put is not looked into: it may be large, and belongs to no shard before it is in one.
    const input = operation.startsWith('Put') ? {} : parse(body);
    const shardId = text(input['ShardId']) ?? this.shardOf.get(text(input['ShardIterator']) ?? '');
    this.counters.add(operation);
    if (shardId !== undefined) this.counters.add(`${operation}.${shardId}`);
    if (accountId !== this.accountId) throw denied(arn, operation);
    return { operation, accountId, region, shardId, input };
  }

  private async meetFaults(call: StreamCall): Promise<readonly FaultEffect[]> {
    const { operation, accountId, region, shardId } = call;
    const effects = this.faults.take({
      service: 'kinesis',
      operation,
      accountId,
      region,
      identifier: shardId,
    });
    for (const effect of effects) {
      if (effect.type === 'latency') await sleep(effect.ms);
      if (effect.type === 'throttle') throw throttled(operation, shardId);
      if (effect.type === 'accessDenied') throw denied(accountId, operation);
      if (effect.type === 'error')
        throw new Refusal(effect.code, effect.status, effect.message ?? `${effect.code} by fault`);
    }
    return effects;
  }

  private async perform(
    call: StreamCall,
    body: Buffer,
    effects: readonly FaultEffect[],
  ): Promise<EngineAnswer> {
    const { operation, shardId, input } = call;
    const records = operation === 'GetRecords';
    if (records && effects.some(({ type }) => type === 'empty')) return emptyPage(input);
    const limited = records && this.settings.limits && shardId !== undefined;
    if (limited && !this.limits.take(shardId)) throw throttled(operation, shardId);
    const answer = await this.engine.answer(operation, body);
    if (answer.status !== 200 || !Buffer.isBuffer(answer.body) || shardId === undefined)
      return answer;
    if (records) {
      const next = nextIterator(answer.body);
      if (next !== undefined) this.shardOf.set(next, shardId);
      // What is counted is what the records hold: without the base64 of the wire.
      if (limited) this.limits.spend(shardId, (answer.body.length * 3) / 4);
    } else if (operation === 'GetShardIterator') {
      const iterator = text(parse(answer.body)['ShardIterator']);
      if (iterator !== undefined) this.shardOf.set(iterator, shardId);
    }
    return answer;
  }
}

function finish(
  response: ServerResponse,
  { status, headers, body }: EngineAnswer,
  effects: readonly FaultEffect[],
  subscriptionMs: number,
): void {
  const ending = effects.find(
    ({ type }) => type === 'reset' || type === 'malformed' || type === 'cut',
  )?.type;
  if (!Buffer.isBuffer(body)) {
    response.writeHead(status, headers);
    stream(response, body, ending, subscriptionMs);
  } else if (ending === 'reset') response.destroy();
  else if (ending === 'malformed') send(response, 200, headers, '{"Records": <not json');
  else if (ending === 'cut') sendHalf(response, status, headers, body);
  else send(response, status, headers, body);
}

/** Passes a subscription on until it ends, its time is over, the client goes or a fault cuts it. */
function stream(
  response: ServerResponse,
  body: Readable,
  ending: string | undefined,
  subscriptionMs: number,
): void {
  const timer = setTimeout(() => response.end(), subscriptionMs);
  response.on('close', () => {
    clearTimeout(timer);
    body.destroy();
  });
  body.on('error', () => response.destroy());
  body.on('end', () => response.end());
  body.on('data', (chunk: Buffer) => {
    if (response.writableEnded || response.destroyed) return;
    if (ending === undefined) response.write(chunk);
    else response.write(chunk.subarray(0, chunk.length >> 1), () => response.destroy());
  });
}

/** An answer without records that is not the end of the shard. */
function emptyPage(input: Readonly<Record<string, unknown>>): EngineAnswer {
  const page = {
    Records: [],
    NextShardIterator: input['ShardIterator'],
    MillisBehindLatest: 1_000,
  };
  return {
    status: 200,
    headers: { 'content-type': CONTENT_TYPE },
    body: Buffer.from(JSON.stringify(page)),
  };
}

/** Searched rather than parsed, for an answer may have 10 MiB; no string of it holds a bare quote. */
function nextIterator(body: Buffer): string | undefined {
  const at = body.lastIndexOf(NEXT_ITERATOR);
  if (at < 0) return undefined;
  const start = at + NEXT_ITERATOR.length;
  return body.toString('latin1', start, body.indexOf('"', start));
}

function throttled(operation: string, shardId: string | undefined): Refusal {
  const ofShards = /^(GetRecords|GetShardIterator|PutRecords?|SubscribeToShard)$/.test(operation);
  if (!ofShards)
    return new Refusal('LimitExceededException', 400, `Rate exceeded for ${operation}`);
  return new Refusal(
    'ProvisionedThroughputExceededException',
    400,
    `Rate exceeded for shard ${shardId ?? ''}`,
  );
}

function denied(who: string, operation: string): Refusal {
  return new Refusal(
    'AccessDeniedException',
    400,
    `${who} is not authorized to perform: kinesis:${operation}`,
  );
}

function errorAnswer({ status, headers, body }: Answer): EngineAnswer {
  return { status, headers, body: Buffer.from(body) };
}

function parse(body: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(body.toString('utf8')) as Record<string, unknown>;
  } catch {
    throw new Refusal('SerializationException', 400, 'The request is no JSON of JSON 1.1.');
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
