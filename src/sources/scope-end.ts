import { AwsError } from '../errors/aws-error.js';
import { SluiceError } from '../errors/sluice-error.js';
import type { ScopeEnd } from '../model/scope.js';

/**
 * How a scope ends that could not be listed: skipped where AWS does not offer the kind or the region
 * there, failed for every other reason. Neither says anything about what AWS holds.
 */
export function endOfError(error: unknown): Exclude<ScopeEnd, { readonly status: 'ok' }> {
  if (error instanceof AwsError) {
    const skipped = error.errorClass === 'unsupported' || error.errorClass === 'not-opted-in';
    return { status: skipped ? 'skipped' : 'failed', code: error.code, message: error.message };
  }
  if (error instanceof SluiceError)
    return { status: 'failed', code: error.code, message: error.message };
  return {
    status: 'failed',
    code: 'internal',
    message: error instanceof Error ? error.message : String(error),
  };
}
