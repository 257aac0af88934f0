import type { JqEngine } from '../jq/jq-engine.js';
import { createWasmEngine } from '../jq/wasm/wasm-engine.js';

/** The JQ engine that runs are made with. */
export function openJq(): Promise<JqEngine> {
  return createWasmEngine();
}
