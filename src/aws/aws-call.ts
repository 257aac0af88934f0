/** Counts and meters every AWS call; the pipeline's counters behind it. */
export interface AwsMeter {
  call(accountId: string, region: string, operation: string): void;
  throttled(accountId: string, region: string, operation: string): void;
}
