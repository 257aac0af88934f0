import type { CloudControlClient } from '@aws-sdk/client-cloudcontrol';

/** Operations whose answers hold nothing but texts and lists of them. */
const PLAIN = new Set(['ListResources', 'GetResource']);

/**
 * Has a client of Cloud Control read its two large answers with JSON.parse alone. The SDK walks every
 * answer once more along the operation's schema to turn dates, blobs and numbers into what JavaScript
 * has for them, which costs as much as all else of a page; these answers have none of those. Whatever
 * else is answered, errors above all, goes the SDK's own way.
 */
export function readPlainly(client: CloudControlClient): CloudControlClient {
  const protocol = client.config.protocol as unknown as Protocol;
  const whole = protocol.deserializeResponse.bind(protocol);
  protocol.deserializeResponse = async (operation, context, response) => {
    if (response.statusCode !== 200 || !PLAIN.has(operation.name) || response.body === undefined) {
      return whole(operation, context, response);
    }
    const bytes = await context.streamCollector(response.body);
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
    const answer = JSON.parse(text) as object;
    return { ...answer, $metadata: { httpStatusCode: response.statusCode } };
  };
  return client;
}

/** What is used of the SDK's protocol objects, whose types name it more loosely. */
interface Protocol {
  deserializeResponse(
    operation: { readonly name: string },
    context: { streamCollector(body: unknown): Promise<Uint8Array> },
    response: { readonly statusCode: number; readonly body?: unknown },
  ): Promise<unknown>;
}
