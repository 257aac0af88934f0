import { parentPort, workerData } from 'node:worker_threads';
import type { MappingResult } from '../../model/mapping-result.js';
import { PlainMapping } from '../plain/plain-mapping.js';
import { layoutMapping } from '../program/mapping-layout.js';
import type { MappingLayout } from '../program/mapping-layout.js';
import { JqInstance } from './jq-instance.js';
import { LineFeed } from './line-feed.js';
import { BatchRun } from './map-batch.js';
import { packOutcomes } from './pack-outcomes.js';
import { IDLE } from './worker-messages.js';
import type { WorkerProgram, WorkerReply, WorkerRequest, WorkerSetup } from './worker-messages.js';

/*
 * The thread in which jq runs. It answers one request at a time and holds nothing of value: the main
 * thread ends it whenever it hangs, and sends again what it had not answered.
 */

/** Heap above which an instance is given up: WebAssembly memory never shrinks. */
const KEEP_HEAP_BYTES = 64 * 1024 * 1024;
/** Programs that are only compiled get no input to run on. */
const NO_INPUT: readonly string[] = [];

const { module, progress, limits } = workerData as WorkerSetup;
const port = parentPort!;
// jq-wasm reports an abort on the console, besides the exception that tells all there is to know.
// eslint-disable-next-line no-console
console.error = () => {};

let jq = await JqInstance.load(module, limits);
let program: Program | undefined;

interface Program {
  readonly text: string;
  readonly layouts: readonly MappingLayout[];
  /** Does without jq what can be done without it. */
  readonly plain: ((line: string) => MappingResult | undefined) | undefined;
}

port.on('message', (request: WorkerRequest) => void answer(request));
send({ type: 'ready', version: jq.version });

async function answer(request: WorkerRequest): Promise<void> {
  const reply = request.type === 'map' ? await map(request) : run(request);
  Atomics.store(progress, 0, IDLE);
  send(reply);
}

async function map(request: Extract<WorkerRequest, { type: 'map' }>): Promise<WorkerReply> {
  const { program: given, lines } = request;
  if (given) program = load(given);
  const { text, layouts, plain } = program!;
  const batch = new BatchRun(text, layouts, lines, (line) => Atomics.store(progress, 0, line));
  if (plain) batch.settle(plain);
  batch.run(jq);
  // A crash in a small heap (recursion too deep) costs a new instance; a large heap costs the thread,
  // whose memory is given back at once only with it.
  while (!batch.done && !worn()) {
    jq = await JqInstance.load(module, limits);
    batch.run(jq);
  }
  return { type: 'mapped', ...packOutcomes(batch.outcomes), retire: worn() || jq.spent };
}

function load({ text, specs }: WorkerProgram): Program {
  const layouts = specs.map(layoutMapping);
  const plain = PlainMapping.of(layouts);
  return { text, layouts, plain: plain && ((line) => plain.map(line)) };
}

function run(request: Exclude<WorkerRequest, { type: 'map' }>): WorkerReply {
  const lines = request.type === 'evaluate' ? [request.input] : NO_INPUT;
  const { end, exitCode, output, message } = jq.run(
    request.program,
    new LineFeed(lines, () => Atomics.store(progress, 0, 0)),
  );
  const retire = worn() || jq.spent;
  if (end === 'exit') return { type: 'ran', exitCode, output, message, retire };
  return { type: 'broke', code: end === 'memory' ? 'memory' : 'engine', message, retire };
}

function worn(): boolean {
  return jq.heapBytes > KEEP_HEAP_BYTES;
}

function send(reply: WorkerReply): void {
  port.postMessage(reply);
}
