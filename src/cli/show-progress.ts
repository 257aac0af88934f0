import type { createLogUpdate } from 'log-update';
import type { Logger } from 'pino';
import type { Counters } from '../pipeline/counters.js';
import type { Progress } from '../pipeline/progress.js';

type LogUpdate = ReturnType<typeof createLogUpdate>;

const TERMINAL_MS = 200;
const LOG_MS = 10_000;

/** Where progress is read from. */
export interface ProgressView {
  readonly progress: Progress;
  readonly counters: () => Counters;
}

/**
 * Shows how far a resync is while it runs: a line that renews itself on a terminal, a log line every
 * ten seconds elsewhere. Returns what ends it.
 */
export function showProgress(view: ProgressView, log: Logger, terminal: boolean): () => void {
  if (!terminal) {
    const timer = setInterval(() => {
      if (view.progress.running) log.info(figuresOf(view), progressLine(view));
    }, LOG_MS);
    return () => clearInterval(timer);
  }
  let update: LogUpdate | undefined;
  // Loaded where there is a terminal to draw on.
  void import('log-update').then(({ createLogUpdate }) => {
    update = createLogUpdate(process.stderr);
  });
  const timer = setInterval(() => {
    update?.(view.progress.running ? progressLine(view) : '');
  }, TERMINAL_MS);
  return () => {
    clearInterval(timer);
    update?.clear();
  };
}

function figuresOf({ progress, counters }: ProgressView) {
  const accounts = [...progress.accounts.values()];
  const { resources, aws, scopes } = counters();
  const done = scopes.ok + scopes.failed + scopes.skipped;
  const seconds = Math.max(0.001, (Date.now() - progress.startedAt) / 1000);
  return {
    accountsDone: accounts.filter((account) => account.scopesDone >= account.scopesTotal).length,
    accounts: accounts.length,
    scopesDone: done,
    scopes: scopes.total,
    failed: scopes.failed,
    listed: resources.listed,
    perSecond: Math.round(resources.listed / seconds),
    throttled: aws.throttled,
    etaSeconds: done === 0 ? undefined : Math.round((seconds / done) * (scopes.total - done)),
  };
}

function progressLine(view: ProgressView): string {
  const at = figuresOf(view);
  const parts = [
    `accounts ${at.accountsDone}/${at.accounts}`,
    `scopes ${at.scopesDone}/${at.scopes}`,
    `${at.listed} resources (${at.perSecond}/s)`,
  ];
  if (at.failed > 0) parts.push(`${at.failed} failed`);
  if (at.throttled > 0) parts.push(`${at.throttled} throttled`);
  if (at.etaSeconds !== undefined && at.scopes > at.scopesDone)
    parts.push(`about ${at.etaSeconds} s left`);
  return parts.join('  ');
}
