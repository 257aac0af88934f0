import { createHash } from 'node:crypto';
import { SCRIPT } from './dashboard-script.js';
import { STYLE } from './dashboard-style.js';

/** Figures of the dashboard: id of the value and its name. */
const FIGURES: readonly (readonly [id: string, name: string])[] = [
  ['rate', 'Resources a second'],
  ['listed', 'Resources seen'],
  ['unchanged', 'Unchanged'],
  ['written', 'Entities written'],
  ['deleted', 'Entities deleted'],
  ['held', 'Deletes held'],
  ['failed', 'Scopes failed'],
  ['throttled', 'Throttled / AWS calls'],
  ['aws', 'AWS calls a second'],
  ['port', 'Port requests a second'],
  ['retries', 'Waiting to be retried'],
  ['letters', 'Dead letters'],
  ['flight', 'In flight'],
  ['flightBytes', 'Bytes in flight'],
];

/** Figures of the live path, which are shown where there is one. */
const LIVE_FIGURES: readonly (readonly [id: string, name: string])[] = [
  ['lag', 'Behind the stream'],
  ['oldest', 'Oldest unsettled record'],
  ['gap', 'Records to settle'],
  ['records', 'Records read'],
  ['routed', 'Events routed'],
  ['noise', 'Events dropped as noise'],
  ['reads', 'Reads after changes'],
  ['poison', 'Unreadable records'],
];

/** The dashboard: one page that loads nothing but the status. */
export const DASHBOARD = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sluice</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>Sluice</h1>
<span id="phase" class="badge" role="status">Loading</span>
<span id="integration"></span>
<span id="resync" class="dim"></span>
</header>
<main>
<form id="login" hidden>
<label>Token<br><input id="token" type="password" autocomplete="off" required></label>
<button>Show status</button>
</form>
<section aria-labelledby="progress-name">
<h2 id="progress-name">Progress</h2>
<progress id="bar" max="1" value="0" aria-labelledby="progress"></progress>
<div id="progress" class="dim"></div>
</section>
<section aria-labelledby="figures-name">
<h2 id="figures-name">Figures</h2>
<dl>
${FIGURES.map(([id, name]) => `<div><dt>${name}</dt><dd id="${id}">–</dd></div>`).join('\n')}
</dl>
<p id="why" class="bad" hidden></p>
</section>
<section id="live" hidden aria-labelledby="live-name">
<h2 id="live-name">Live</h2>
<dl>
${LIVE_FIGURES.map(([id, name]) => `<div><dt>${name}</dt><dd id="${id}">–</dd></div>`).join('\n')}
</dl>
<div class="scroll" tabindex="0" role="region" aria-label="Latest changes">
<table>
<caption>Latest changes</caption>
<thead><tr><th scope="col">When</th><th scope="col">Kind</th><th scope="col">Identifier</th>
<th scope="col">Account</th><th scope="col">Region</th><th scope="col">Outcome</th></tr></thead>
<tbody id="changes"></tbody>
</table>
</div>
</section>
<section id="failing" hidden>
<div class="scroll" tabindex="0" role="region" aria-label="Failures">
<table>
<caption>Failures</caption>
<thead><tr><th scope="col">Kind</th><th scope="col">Account</th><th scope="col">Region</th>
<th scope="col">Code</th><th scope="col">Message</th></tr></thead>
<tbody id="failures"></tbody>
</table>
</div>
</section>
<section>
<div class="scroll" tabindex="0" role="region" aria-label="Accounts">
<table>
<caption>Accounts</caption>
<thead><tr><th scope="col">Id</th><th scope="col">Name</th><th scope="col">Progress</th>
<th scope="col" class="number">Scopes</th><th scope="col" class="number">Failed</th></tr></thead>
<tbody id="accounts"></tbody>
</table>
</div>
<div id="moreAccounts" class="dim"></div>
</section>
</main>
<footer class="dim"><span id="version">Sluice</span></footer>
<script>${SCRIPT}</script>
</body>
</html>
`;

/** Allows the page's own style and script, by their hashes, and requests to its own server. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `script-src '${hash(SCRIPT)}'`,
  `style-src '${hash(STYLE)}'`,
  'img-src data:',
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
