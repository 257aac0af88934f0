/**
 * Builds the command into dist/cli: `main.js`, the thread's `worker.js` and the parts that they share or
 * load when they are needed. Our modules and the libraries are joined, since half of a start's time would
 * otherwise go into finding and reading some thousand files. What is left outside has files of its own:
 * prebuilt binaries, the JQ engines, and what is started as a process.
 */
import { chmod, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = `${root}dist`;

// Parts are named by their content, so those of an earlier build would stay.
await rm(out, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: { main: 'src/cli/main.ts', worker: 'src/jq/wasm/worker.ts' },
  // One level below the root's folder, as the sources are: files are found relative to it.
  outdir: `${out}/cli`,
  chunkNames: 'part-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'linked',
  // The SDK's CommonJS would lose its names where it is imported when it is needed.
  mainFields: ['module', 'main'],
  external: ['lmdb', 'jq-wasm', 'node-jq', 'kinesis-local'],
  // Libraries that are CommonJS call require for what is built into Node.
  banner: {
    js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
await chmod(`${out}/cli/main.js`, 0o755);
