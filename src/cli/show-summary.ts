import type { Summary } from '../model/summary.js';
import type { CommandIo } from './command-io.js';

/** Failures printed one by one; the rest is counted (`--json` has them all). */
const FAILURES_SHOWN = 20;

/** Prints a summary: a machine's line, or a person's few. */
export function showSummary(
  summary: Summary,
  held: readonly string[],
  {
    json,
    planned,
    io,
  }: { readonly json: boolean; readonly planned: boolean; readonly io: CommandIo },
): void {
  if (json) {
    io.out(JSON.stringify(summary));
    return;
  }
  const { scopes, resources, entities, aws, port } = summary;
  const seconds = (summary.durationMs / 1000).toFixed(1);
  io.out(`${planned ? 'Plan' : 'Resync'} ${summary.generation} ended after ${seconds} s.`);
  io.out(
    `  scopes     ${scopes.ok} ok, ${scopes.failed} failed, ${scopes.skipped} skipped, of ${scopes.total}`,
  );
  io.out(
    `  resources  ${resources.listed} listed, ${resources.read} read, ${resources.unchanged} unchanged, ${resources.mapped} mapped, ${resources.filtered} filtered`,
  );
  const would = planned ? 'to be ' : '';
  io.out(
    `  entities   ${entities.created} ${would}created, ${entities.updated} ${would}updated, ${entities.deleted} ${would}deleted, ${entities.unchanged} unchanged, ${entities.held} held, ${entities.failed} failed`,
  );
  io.out(
    `  calls      ${aws.calls} to AWS (${aws.throttled} throttled), ${port.requests} to Port (${port.retries} retried)`,
  );
  if (summary.deadLetters > 0)
    io.out(`  parked     ${summary.deadLetters} dead letters; tried again at every resync`);
  for (const reason of held)
    io.out(`  held       ${reason}; run with --allow-deletes ${entities.held} to let it through`);
  for (const failure of summary.failures.slice(0, FAILURES_SHOWN)) {
    const { kind, accountId, region, code, message } = failure;
    io.out(`  failed     ${kind} in ${accountId} ${region}: ${message} [${code}]`);
  }
  const more = summary.failures.length - FAILURES_SHOWN;
  if (more > 0) io.out(`  failed     and ${more} more; --json lists them all`);
}
