import { createWasmEngine } from '../../src/jq/wasm/wasm-engine.js';
import { conformanceSuite } from './conformance.js';

conformanceSuite('wasm engine', createWasmEngine);
