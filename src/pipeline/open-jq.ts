import { EnvironmentError } from '../errors/environment-error.js';
import type { JqEngine } from '../jq/jq-engine.js';
import { findNativeJq, LEAST_VERSION } from '../jq/native/find-jq.js';
import { createNativeEngine } from '../jq/native/native-engine.js';
import { createWasmEngine } from '../jq/wasm/wasm-engine.js';

/**
 * The JQ engine that runs are made with: `SLUICE_JQ_ENGINE` says `wasm` (embedded, the default) or
 * `native` (processes of `JQ_PATH`, of node-jq's jq, or of the first jq on the PATH). Throws an
 * EnvironmentError where it says anything else, or where there is no native jq that is recent enough.
 */
export async function openJq(env: NodeJS.ProcessEnv = process.env): Promise<JqEngine> {
  const name = env['SLUICE_JQ_ENGINE'] ?? '';
  if (name === '' || name === 'wasm') return createWasmEngine();
  if (name !== 'native') {
    throw new EnvironmentError(`SLUICE_JQ_ENGINE is ${JSON.stringify(name)}`, {
      code: 'environment.invalid-value',
      hint: 'expected wasm or native',
    });
  }
  const jq = await findNativeJq(env);
  if (jq === undefined) {
    throw new EnvironmentError(`there is no native jq of ${LEAST_VERSION} or later`, {
      code: 'environment.no-jq',
      hint: 'set JQ_PATH to one, install node-jq or jq, or leave SLUICE_JQ_ENGINE out',
    });
  }
  return createNativeEngine(jq);
}
