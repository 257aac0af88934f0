import { classifyError } from '../../aws/classify-error.js';
import { AwsError } from '../../errors/aws-error.js';

/**
 * Runs a read: undefined where AWS says that the resource does not exist. That is an answer and not an
 * error, so it is told apart inside the try, where its permit still counts it as an observation.
 */
export async function orAbsent<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof AwsError) && classifyError(error).errorClass === 'absent')
      return undefined;
    throw error;
  }
}
