import { AwsError } from '../errors/aws-error.js';
import { SluiceError } from '../errors/sluice-error.js';
import type { ScopeEnd } from '../model/scope.js';

/** An end that says nothing about what AWS holds. */
export type BrokenEnd = Exclude<ScopeEnd, { readonly status: 'ok' }>;

/**
 * How a scope ends that could not be listed: skipped where AWS does not offer the kind or the region
 * there, failed for every other reason.
 */
export function scopeEndOf(error: unknown): BrokenEnd {
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
