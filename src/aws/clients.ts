import { AccountClient } from '@aws-sdk/client-account';
import { CloudControlClient } from '@aws-sdk/client-cloudcontrol';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import type { ACMClient } from '@aws-sdk/client-acm';
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { ECSClient } from '@aws-sdk/client-ecs';
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ElastiCacheClient } from '@aws-sdk/client-elasticache';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import type { ResourceGroupsClient } from '@aws-sdk/client-resource-groups';
import type { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import { LRUCache } from 'lru-cache';
import type { Credentials, CredentialSource } from './credential-source.js';
import { createHttpHandler, type HttpHandlerOptions } from './http-handler.js';
import { readPlainly } from './plain-answers.js';

/** The clients of one region that sign with one set of credentials; each is made on use. */
export interface BoundClients {
  readonly account: AccountClient;
  readonly cloudControl: CloudControlClient;
  readonly organizations: OrganizationsClient;
  readonly sts: STSClient;
  /** Loaded on use, as those below: few pipelines need them, and they are large. */
  s3(): Promise<S3Client>;
  acm(): Promise<ACMClient>;
  cloudFormation(): Promise<CloudFormationClient>;
  ec2(): Promise<EC2Client>;
  ecs(): Promise<ECSClient>;
  elastiCache(): Promise<ElastiCacheClient>;
  loadBalancing(): Promise<ElasticLoadBalancingV2Client>;
  resourceGroups(): Promise<ResourceGroupsClient>;
  /**
   * Over HTTP/1.1 like the others, for polling. With `push`, for SubscribeToShard: over HTTP/2, which the
   * service asks for there, unless the endpoint is a plain one (an emulator's).
   */
  kinesis(push?: boolean): Promise<KinesisClient>;
}

export interface AwsClientsOptions extends HttpHandlerOptions {
  /** Clients kept. Default 512; making one costs well below a millisecond. */
  readonly max?: number;
}

/** What the cache asks of a client. */
interface AnyClient {
  destroy(): void;
}

/**
 * SDK clients per service × region × credentials: made on use, the least recently used dropped, all
 * on one bounded pool of keep-alive connections. Endpoints (AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_STS,
 * …, config files, FIPS and dual-stack settings) are the SDK's own affair.
 */
export class AwsClients {
  readonly #handler: Promise<NodeHttpHandler>;
  readonly #shared: SharedConfig;
  readonly #clients: LRUCache<string, AnyClient>;
  readonly #credentials = new WeakMap<CredentialSource, SdkCredentials>();

  constructor(options: AwsClientsOptions = {}) {
    this.#handler = createHttpHandler(options);
    this.#shared = {
      // A client that is dropped destroys its handler; the pool behind it belongs to all.
      requestHandler: {
        handle: async (request, handlerOptions) =>
          (await this.#handler).handle(request, handlerOptions),
        metadata: { handlerProtocol: 'http/1.1' },
      },
      maxAttempts: 1,
      // Saves looking for defaults at EC2's metadata service for each client; what they would set is set here.
      defaultsMode: 'standard',
      retryMode: 'standard',
      customUserAgent: [['sluice']],
    };
    this.#clients = new LRUCache({
      max: options.max ?? 512,
      dispose: (client) => {
        client.destroy();
      },
    });
  }

  /** The clients of a region that sign with these credentials. */
  bind(region: string, source: CredentialSource): BoundClients {
    const config = (): ClientConfig => ({
      ...this.#shared,
      region,
      credentials: this.#sdkCredentials(source),
    });
    const cached = <T extends AnyClient>(service: string, make: (config: ClientConfig) => T): T => {
      const key = `${service}|${region}|${source.id}`;
      const known = this.#clients.get(key);
      if (known !== undefined) return known as T;
      const made = make(config());
      this.#clients.set(key, made);
      return made;
    };
    return {
      get account() {
        return cached('account', (c) => new AccountClient(c));
      },
      get cloudControl() {
        return cached('cloudcontrol', (c) => readPlainly(new CloudControlClient(c)));
      },
      get organizations() {
        return cached('organizations', (c) => new OrganizationsClient(c));
      },
      get sts() {
        return cached('sts', (c) => new STSClient(c));
      },
      async s3() {
        const { S3Client } = await import('@aws-sdk/client-s3');
        return cached('s3', (c) => new S3Client(c));
      },
      async acm() {
        const { ACMClient } = await import('@aws-sdk/client-acm');
        return cached('acm', (c) => new ACMClient(c));
      },
      async cloudFormation() {
        const { CloudFormationClient } = await import('@aws-sdk/client-cloudformation');
        return cached('cloudformation', (c) => new CloudFormationClient(c));
      },
      async ec2() {
        const { EC2Client } = await import('@aws-sdk/client-ec2');
        return cached('ec2', (c) => new EC2Client(c));
      },
      async ecs() {
        const { ECSClient } = await import('@aws-sdk/client-ecs');
        return cached('ecs', (c) => new ECSClient(c));
      },
      async elastiCache() {
        const { ElastiCacheClient } = await import('@aws-sdk/client-elasticache');
        return cached('elasticache', (c) => new ElastiCacheClient(c));
      },
      async loadBalancing() {
        const { ElasticLoadBalancingV2Client } =
          await import('@aws-sdk/client-elastic-load-balancing-v2');
        return cached('elbv2', (c) => new ElasticLoadBalancingV2Client(c));
      },
      async resourceGroups() {
        const { ResourceGroupsClient } = await import('@aws-sdk/client-resource-groups');
        return cached('resource-groups', (c) => new ResourceGroupsClient(c));
      },
      async kinesis(push = false) {
        const { KinesisClient } = await import('@aws-sdk/client-kinesis');
        if (!push || isPlainEndpoint()) return cached('kinesis', (c) => new KinesisClient(c));
        return cached('kinesis-push', (c) => {
          const { requestHandler: _, ...overHttp2 } = c;
          return new KinesisClient(overHttp2);
        });
      },
    };
  }

  /** A client that finds credentials and region by itself, for the caller's own. Its nested calls share the pool. */
  ambient(): STSClient {
    return new STSClient(this.#shared);
  }

  /** Clients alive at present. */
  get alive(): number {
    return this.#clients.size;
  }

  /** Drops all clients and closes the connections. */
  close(): void {
    this.#clients.clear();
    void this.#handler.then((handler) => handler.destroy());
  }

  #sdkCredentials(source: CredentialSource): SdkCredentials {
    const known = this.#credentials.get(source);
    if (known !== undefined) return known;
    // Marked as memoized, so that the SDK asks each time and sees renewed credentials at once.
    const made = Object.assign(() => source.get(), { memoized: true, configBound: true });
    this.#credentials.set(source, made);
    return made;
  }
}

/** Whether Kinesis is asked without TLS: then it is an emulator, which knows HTTP/1.1 alone. */
function isPlainEndpoint(): boolean {
  const { AWS_ENDPOINT_URL_KINESIS: own, AWS_ENDPOINT_URL: all } = process.env;
  return (own ?? all ?? '').startsWith('http:');
}

type SdkCredentials = (() => Promise<Credentials>) & {
  readonly memoized: boolean;
  readonly configBound: boolean;
};

interface SharedConfig {
  readonly requestHandler: Pick<NodeHttpHandler, 'handle' | 'metadata'>;
  readonly maxAttempts: number;
  readonly defaultsMode: 'standard';
  readonly retryMode: 'standard';
  customUserAgent: [string][];
}

interface ClientConfig extends SharedConfig {
  readonly region: string;
  readonly credentials: SdkCredentials;
}
