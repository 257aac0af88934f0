import { raw } from 'jq-wasm';

/** jq's message for an expression that does not compile, as the engine's `check` gives it. */
export async function checkJq(expression: string): Promise<string | undefined> {
  const { stderr, exitCode } = await raw(null, `if true then empty else (${expression}\n) end`);
  return exitCode === 3 ? stderr : undefined;
}
