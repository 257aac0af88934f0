import type { CallTarget } from '../../aws/call.js';
import { AwsError } from '../../errors/aws-error.js';

/** Code of the error that skips such scopes. */
export const NEEDS_MODEL = 'aws.needs-model';

/** How list handlers say that they want inputs (the words of the handlers' common library). */
const MISSING = /ResourceModel|required propert/i;

/** Whether AWS refused a listing because it wants to be told what to list by. */
export function saysModelMissing({ errorClass, message }: AwsError): boolean {
  return errorClass === 'invalid' && MISSING.test(message);
}

/** The error that skips the scopes of a kind which AWS lists only with inputs nobody knows. */
export function needsModel(target: CallTarget, kind: string, said: string): AwsError {
  const { operation, accountId, region } = target;
  const words = said.replace(/^ListResources in \d{12} [a-z0-9-]+: /, '');
  return new AwsError(
    `AWS lists ${kind} only with a ResourceModel, and this version does not know which; it said: ${words}`,
    { code: NEEDS_MODEL, errorClass: 'unsupported', operation, accountId, region },
  );
}
