/**
 * The dashboard's script: asks for the status every two seconds and shows it. Texts from outside are
 * only ever set as text, never as markup. The token is kept for the tab alone.
 */
export const SCRIPT = `
'use strict';
const POLL_MS = 2000;
const MOST_ROWS = 200;
const $ = (id) => document.getElementById(id);
const count = new Intl.NumberFormat();
const rate = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
let timer;

function text(id, value, tone) {
  const node = $(id);
  if (node.textContent !== value) node.textContent = value;
  if (tone !== undefined) node.className = tone;
}

function duration(ms) {
  const s = Math.max(0, Math.round(ms / 1000));
  const parts = [[Math.floor(s / 3600), 'h'], [Math.floor(s / 60) % 60, 'min'], [s % 60, 's']];
  return parts.filter(([n], i) => n > 0 || i === 2).slice(0, 2).map(([n, u]) => n + ' ' + u).join(' ');
}

function bytes(n) {
  return n < 1048576 ? Math.round(n / 1024) + ' KiB' : (n / 1048576).toFixed(1) + ' MiB';
}

function cell(row, value, kind) {
  const td = row.insertCell();
  if (kind) td.className = kind;
  if (value instanceof Node) td.append(value);
  else td.textContent = value;
}

function fill(body, rows, write) {
  const fresh = document.createElement('tbody');
  fresh.id = body.id;
  for (const item of rows) write(fresh.insertRow(), item);
  body.replaceWith(fresh);
}

const PHASES = {
  starting: ['Starting', 'badge warn'],
  resync: ['Resync running', 'badge good'],
  idle: ['At rest', 'badge good'],
  stopping: ['Stopping', 'badge warn'],
};

function showHead(s) {
  const [name, tone] = PHASES[s.phase] || [s.phase, 'badge'];
  text('phase', name, tone);
  text('integration', s.integration);
  text('version', 'Sluice ' + s.version);
  const since = s.startedAt === undefined ? '' : s.phase === 'resync'
    ? ', for ' + duration(s.at - s.startedAt)
    : s.finishedAt === undefined ? '' : ', took ' + duration(s.finishedAt - s.startedAt)
      + ', ended ' + duration(s.at - s.finishedAt) + ' ago';
  text('resync', s.generation === 0 ? 'No resync yet' : 'Resync ' + s.generation + since);
}

function showProgress(s) {
  const scopes = s.totals.scopes;
  const done = scopes.ok + scopes.failed + scopes.skipped;
  const accounts = s.accounts.filter((a) => a.scopesTotal > 0 && a.scopesDone >= a.scopesTotal).length;
  const bar = $('bar');
  bar.max = Math.max(1, scopes.total);
  bar.value = done;
  text('progress', count.format(done) + ' of ' + count.format(scopes.total) + ' scopes, '
    + count.format(accounts) + ' of ' + count.format(s.accounts.length) + ' accounts');
}

function showFigures(s) {
  const t = s.totals;
  text('rate', rate.format(s.rates.resourcesPerSecond));
  text('listed', count.format(t.resources.listed));
  text('unchanged', count.format(t.resources.unchanged));
  text('written', count.format(t.entities.created + t.entities.updated));
  text('deleted', count.format(t.entities.deleted));
  text('held', count.format(t.entities.held), t.entities.held > 0 ? 'bad' : '');
  text('throttled', count.format(t.aws.throttled) + ' / ' + count.format(t.aws.calls), t.aws.throttled > 0 ? 'warn' : '');
  text('aws', rate.format(s.rates.awsCallsPerSecond));
  text('port', rate.format(s.rates.portRequestsPerSecond));
  text('failed', count.format(t.scopes.failed), t.scopes.failed > 0 ? 'bad' : '');
  text('letters', count.format(s.deadLetters), s.deadLetters > 0 ? 'bad' : '');
  text('retries', count.format(s.retries.total));
  text('flight', count.format(s.credits.observations));
  text('flightBytes', bytes(s.credits.bytes));
  text('why', s.heldBecause.join(' '));
  $('why').hidden = s.heldBecause.length === 0;
}

function bar(account) {
  const node = document.createElement('progress');
  node.max = Math.max(1, account.scopesTotal);
  node.value = account.scopesDone;
  node.setAttribute('aria-label', account.scopesDone + ' of ' + account.scopesTotal + ' scopes');
  return node;
}

function showAccounts(s) {
  const left = (a) => a.scopesTotal - a.scopesDone;
  const order = [...s.accounts].sort((a, b) => b.failed - a.failed || left(b) - left(a) || (a.id < b.id ? -1 : 1));
  fill($('accounts'), order.slice(0, MOST_ROWS), (row, a) => {
    cell(row, a.id);
    cell(row, a.name || '');
    cell(row, bar(a));
    cell(row, count.format(a.scopesDone) + ' / ' + count.format(a.scopesTotal), 'number');
    cell(row, count.format(a.failed), a.failed > 0 ? 'number bad' : 'number');
  });
  const more = order.length - MOST_ROWS;
  text('moreAccounts', more > 0 ? 'and ' + count.format(more) + ' more' : '');
}

function showFailures(s) {
  $('failing').hidden = s.totals.failures.length === 0;
  fill($('failures'), s.totals.failures, (row, f) => {
    cell(row, f.kind);
    cell(row, f.accountId);
    cell(row, f.region);
    const code = document.createElement('code');
    code.textContent = f.code;
    cell(row, code);
    cell(row, f.message);
  });
}

function showLive(s) {
  const live = s.live;
  $('live').hidden = live === undefined;
  if (live === undefined) return;
  const sum = (names) => names.reduce((n, name) => n + (live.events[name] || 0), 0);
  const late = Math.max(live.lagMs, live.oldestMs) > live.retentionMs / 4;
  text('lag', duration(live.lagMs), late ? 'bad' : '');
  text('oldest', live.oldestMs === 0 ? 'none' : duration(live.oldestMs), late ? 'bad' : '');
  text('gap', count.format(live.gap));
  text('records', count.format(live.records));
  text('routed', count.format(sum(['routed', 'listed'])));
  text('noise', count.format(sum(['readOnly', 'unmapped', 'failed', 'elsewhere', 'unwanted'])));
  text('reads', count.format(live.reads.present + live.reads.absent));
  text('poison', count.format(live.poison), live.poison > 0 ? 'bad' : '');
  fill($('changes'), live.latest, (row, c) => {
    cell(row, duration(s.at - c.at) + ' ago');
    cell(row, c.kind);
    cell(row, c.identifier);
    cell(row, c.accountId);
    cell(row, c.region);
    cell(row, c.outcome, c.outcome === 'dead' ? 'bad' : '');
  });
}

function show(s) {
  showHead(s);
  showProgress(s);
  showFigures(s);
  showLive(s);
  showAccounts(s);
  showFailures(s);
}

async function poll() {
  clearTimeout(timer);
  try {
    const token = sessionStorage.getItem('token');
    const answer = await fetch('api/status', { headers: token ? { authorization: 'Bearer ' + token } : {} });
    $('login').hidden = answer.status !== 401;
    if (answer.status === 401) {
      text('phase', token ? 'Wrong token' : 'Token needed', 'badge warn');
      return;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    show(await answer.json());
  } catch {
    text('phase', 'Not reachable', 'badge bad');
  }
  timer = setTimeout(poll, document.hidden ? POLL_MS * 5 : POLL_MS);
}

$('login').addEventListener('submit', (event) => {
  event.preventDefault();
  sessionStorage.setItem('token', $('token').value);
  $('token').value = '';
  void poll();
});
document.addEventListener('visibilitychange', () => { if (!document.hidden && $('login').hidden) void poll(); });
void poll();
`;
