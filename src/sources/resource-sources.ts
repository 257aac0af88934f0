import { LRUCache } from 'lru-cache';
import type { Aws } from '../aws/aws.js';
import type { Pipeline } from '../config/pipeline.js';
import { isFamily } from '../catalog/parents/parents.js';
import type { AccountDirectory } from './account-directory.js';
import { AccountFacts } from './account-facts.js';
import { ACM_CERTIFICATE } from './listing/acm-certificate.js';
import { CloudControlSource } from './listing/cloud-control.js';
import { CLOUDFORMATION_STACK } from './listing/cloudformation-stack.js';
import { DescribedSource } from './listing/described-kind.js';
import { ELASTICACHE_CLUSTER } from './listing/elasticache-cluster.js';
import { ELBV2_LOAD_BALANCER } from './listing/elbv2-load-balancer.js';
import { MACHINE_IMAGE } from './listing/machine-image.js';
import { ExtraFactsSource } from './listing/extra-facts.js';
import { FamilySource } from './listing/family.js';
import { INSTANCE_STATUS } from './listing/instance-status.js';
import { tellOptedOut } from './listing/opted-out.js';
import { OrganizationAccountSource } from './listing/organization-account.js';
import { PENDING_TASKS } from './listing/pending-tasks.js';
import { RESOURCE_GROUP } from './listing/resource-group.js';
import { S3BucketSource } from './listing/s3-bucket.js';
import type { SourceContext } from './listing/source-context.js';
import type { ResourceSource } from './resource-source.js';
import { ORGANIZATION_ACCOUNT, S3_BUCKET } from './special-kinds.js';

/** Kinds that a service's own API lists. */
const DESCRIBED = [
  ACM_CERTIFICATE,
  CLOUDFORMATION_STACK,
  ELASTICACHE_CLUSTER,
  ELBV2_LOAD_BALANCER,
  MACHINE_IMAGE,
];

/** Facts that an action asks for and Cloud Control does not give. */
const EXTRA_FACTS = [INSTANCE_STATUS, PENDING_TASKS];

/** How long it is remembered that a kind can't be read, or not be listed as it is. */
const REFUSAL_MS = 3_600_000;
/** Listings whose ResourceModel is remembered. */
const MAX_MODELS = 20_000;
/** Buckets whose region is remembered. */
const MAX_BUCKETS = 50_000;

/**
 * The source of each kind: a special kind's own, else Cloud Control's generic one. `warn` says aloud what
 * a user would not expect.
 */
export function resourceSources(
  aws: Aws,
  directory: AccountDirectory,
  pipeline: Pick<Pipeline, 'aws' | 'kinds'>,
  warn: (message: string) => void = () => undefined,
): (kind: string) => ResourceSource {
  const facts = new AccountFacts(aws, directory, pipeline, warn);
  const context: SourceContext = {
    aws,
    directory,
    facts,
    unreadable: new LRUCache({ max: 10_000, ttl: REFUSAL_MS }),
    needModel: new LRUCache({ max: 10_000, ttl: REFUSAL_MS }),
    models: new LRUCache({ max: MAX_MODELS }),
    bucketRegions: new LRUCache({ max: MAX_BUCKETS }),
    call: (target, send) => tellOptedOut(directory, target, () => aws.caller.call(target, send)),
  };
  const actions = new Set(pipeline.kinds.flatMap((kind) => kind.actions ?? []));
  const sources = new Map<string, ResourceSource>([
    [ORGANIZATION_ACCOUNT, new OrganizationAccountSource(aws, facts, actions, warn)],
    [S3_BUCKET, new S3BucketSource(context)],
    ...DESCRIBED.map((kind) => [kind.kind, new DescribedSource(context, kind)] as const),
  ]);
  if (pipeline.kinds.some(({ listGroupResources }) => listGroupResources)) {
    sources.set(RESOURCE_GROUP.kind, new DescribedSource(context, RESOURCE_GROUP));
  }
  return (kind) => {
    let source = sources.get(kind);
    if (source === undefined) {
      const plain = isFamily(kind)
        ? new FamilySource(context, kind)
        : new CloudControlSource(context, kind);
      const extra = EXTRA_FACTS.filter((one) => one.kind === kind && actions.has(one.action));
      source = extra.length === 0 ? plain : new ExtraFactsSource(context, plain, extra, warn);
      sources.set(kind, source);
    }
    return source;
  };
}
