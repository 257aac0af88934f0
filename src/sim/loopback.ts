import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP server on the loopback interface. */
export interface Loopback {
  readonly url: string;
  readonly port: number;
  /** Stops it at once; what is in flight is cut. */
  close(): Promise<void>;
}

/** Answers one request whose body has been read. */
export type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
) => Promise<void>;

/**
 * Serves HTTP on 127.0.0.1.
 *
 * @param port 0 for any free port.
 */
export async function serve(handler: Handler, port: number): Promise<Loopback> {
  const server = createServer({ keepAlive: true }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => response.destroy());
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      handler(
        request,
        response,
        chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks),
      ).catch((error: unknown) => {
        if (response.headersSent) response.destroy();
        else
          send(
            response,
            500,
            {},
            JSON.stringify({ message: `the simulation failed: ${String(error)}` }),
          );
      });
    });
  });
  // Clients reuse connections for longer than Node's default 5 s; closing early would look like a fault.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Sends an answer whole. */
export function send(
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body: string | Buffer,
): void {
  response.writeHead(status, { 'content-length': String(Buffer.byteLength(body)), ...headers });
  response.end(body);
}

/** Sends the first half of an answer, then breaks the connection. */
export function sendHalf(
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body: string | Buffer,
): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { 'content-length': String(bytes.length), ...headers });
  response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
}
