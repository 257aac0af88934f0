import type { Dispatcher } from 'undici';
import type { AnswerHeaders } from './rate-limit-headers.js';

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly text: string;
}

/**
 * Sends one request and gathers its answer. Rejects with what the connection failed with, or with the
 * signal's reason. Bound to undici's dispatcher itself: a stream for a body of some hundred bytes,
 * which is what its `request` makes, costs more than the answer.
 */
export function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  signal: AbortSignal | undefined,
): Promise<RawAnswer> {
  if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let status = 0;
    let headers: AnswerHeaders = {};
    let chunks: Buffer[] = [];
    const onAbort = (): void => {
      controller?.abort(signal?.reason as Error);
      reject(signal?.reason as Error);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    const done = (): void => signal?.removeEventListener('abort', onAbort);
    dispatcher.dispatch(request, {
      onRequestStart(started) {
        controller = started;
        if (signal?.aborted === true) started.abort(signal.reason as Error);
      },
      onResponseStart(_, code, fields) {
        status = code;
        headers = fields;
        chunks = [];
      },
      onResponseData(_, chunk) {
        chunks.push(chunk);
      },
      onResponseEnd() {
        done();
        const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
        resolve({ status, headers, text: body.toString() });
      },
      onResponseError(_, error) {
        done();
        reject(error);
      },
    });
  });
}
