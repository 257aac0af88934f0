import { once } from 'node:events';
import { createServer, request as send } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call to Cloud Control, as far as tests tell calls apart. */
export interface GatedCall {
  /** `ListResources` or `GetResource`. */
  readonly operation: string;
  readonly kind: string;
  readonly region: string;
  readonly identifier: string | undefined;
  /** Whether it asks for the first page. */
  readonly isFirst: boolean;
}

/** An answer that has been given and does not arrive. */
export interface HeldAnswer {
  /** Resolves when AWS has answered. */
  readonly answered: Promise<void>;
  readonly isAnswered: boolean;
  /** Lets the answer through. */
  release(): void;
}

interface Hold {
  readonly matches: (call: GatedCall) => boolean;
  readonly answered: () => void;
  readonly released: Promise<void>;
  used: boolean;
}

/**
 * Stands between a process and AWS and holds answers back: what they tell is already old when they
 * arrive, as with a slow network.
 */
export class Gate {
  readonly #holds: Hold[] = [];

  private constructor(
    readonly url: string,
    readonly close: () => void,
  ) {}

  static async open(awsUrl: string): Promise<Gate> {
    const server = createServer((request, response) => {
      gate.#pass(awsUrl, request, response).catch(() => response.destroy());
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const gate: Gate = new Gate(`http://127.0.0.1:${port}`, () => {
      server.close();
      server.closeAllConnections();
    });
    return gate;
  }

  /** Holds the answer to the next call that matches. */
  hold(matches: (call: GatedCall) => boolean): HeldAnswer {
    let answer = (): void => undefined;
    let release = (): void => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    const released = new Promise<void>((resolve) => (release = resolve));
    const held = {
      answered,
      isAnswered: false,
      release,
    };
    void answered.then(() => (held.isAnswered = true));
    this.#holds.push({ matches, answered: answer, released, used: false });
    return held;
  }

  async #pass(awsUrl: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const hold = this.#holdOf(request, body);
    const { method, url, headers } = request;
    const onward = send(new URL(url ?? '/', awsUrl), { method, headers, agent: false });
    onward.end(body);
    const [answer] = (await once(onward, 'response')) as [IncomingMessage];
    const answered = await bodyOf(answer);
    if (hold !== undefined) {
      hold.answered();
      await hold.released;
    }
    const { 'transfer-encoding': _, connection: __, ...rest } = answer.headers;
    response.writeHead(answer.statusCode ?? 500, { ...rest, 'content-length': answered.length });
    response.end(answered);
  }

  #holdOf({ headers }: IncomingMessage, body: Buffer): Hold | undefined {
    const target = /^CloudApiService\.(\w+)$/.exec(String(headers['x-amz-target']));
    if (target === null) return undefined;
    const input = JSON.parse(body.toString()) as Readonly<Record<string, string | undefined>>;
    const call: GatedCall = {
      operation: target[1]!,
      kind: input['TypeName'] ?? '',
      region: /Credential=[^/]+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? '',
      identifier: input['Identifier'],
      isFirst: input['NextToken'] === undefined,
    };
    const hold = this.#holds.find(({ used, matches }) => !used && matches(call));
    if (hold !== undefined) hold.used = true;
    return hold;
  }
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
