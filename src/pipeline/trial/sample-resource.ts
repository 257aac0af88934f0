import { kindFacts } from '../../catalog/catalog.js';
import { ConfigError } from '../../errors/config-error.js';
import { GLOBAL } from '../../model/resource-key.js';

/** A resource as JQ is to see it, and the kind whose mappings it goes through. */
export interface SampleResource {
  readonly kind: string;
  readonly region: string;
  /** The line that JQ is given. */
  readonly body: string;
  /** Fields that were missing and were made up. */
  readonly filled: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Makes of what a user has at hand what JQ would be given: a resource as mappings see it, or the answer
 * of `aws cloudcontrol get-resource`. What bodies of Cloud Control always hold and this one does not is
 * filled in. `kinds` are those of the pipeline: the only one needs no naming.
 *
 * Throws a ConfigError where it is no object, or its kind is unknown to the pipeline.
 */
export function sampleResource(
  given: unknown,
  kinds: readonly string[],
  named?: string,
): SampleResource {
  if (!isFields(given)) {
    throw new ConfigError('the resource is no JSON object', {
      code: 'sample.no-object',
      hint: 'give a resource as mappings see it, or the answer of aws cloudcontrol get-resource',
    });
  }
  const { fields, type } = unwrapped(given);
  const kind = named ?? firstText(fields['__Kind'], type, fields['Type']) ?? only(kinds);
  if (kind === undefined || !kinds.includes(kind)) {
    const problem =
      kind === undefined ? 'the resource has no __Kind' : `no mapping is of kind ${kind}`;
    throw new ConfigError(problem, {
      code: 'sample.kind',
      hint: `name one of the pipeline's kinds: ${kinds.join(', ')}`,
    });
  }
  const missing = 'Properties' in fields ? missingIn(fields, kind) : {};
  const whole: Fields = { ...fields, ...missing };
  return {
    kind,
    region: firstText(whole['__Region']) ?? GLOBAL,
    body: JSON.stringify(whole),
    filled: Object.keys(missing),
  };
}

/** `get-resource` tells the properties as a text. */
function unwrapped(given: Fields): { readonly fields: Fields; readonly type: unknown } {
  const description = given['ResourceDescription'];
  const fields = isFields(description) ? description : given;
  const properties = fields['Properties'];
  if (typeof properties !== 'string') return { fields, type: given['TypeName'] };
  try {
    const parsed: unknown = JSON.parse(properties);
    return { fields: { ...fields, Properties: parsed }, type: given['TypeName'] };
  } catch (cause) {
    throw new ConfigError('Properties is a text that is no JSON', {
      code: 'sample.properties',
      cause,
    });
  }
}

function missingIn(fields: Fields, kind: string): Fields {
  const accountId = firstText(fields['__AccountId']) ?? '111111111111';
  const region = firstText(fields['__Region']) ?? (kindFacts(kind).global ? GLOBAL : 'us-east-1');
  const all: Fields = {
    __Kind: kind,
    __AccountId: accountId,
    __Region: region,
    Type: kind,
    __ExtraContext: { AccountId: accountId, Region: region },
    __Partition: 'aws',
  };
  return Object.fromEntries(Object.entries(all).filter(([name]) => !(name in fields)));
}

function firstText(...values: readonly unknown[]): string | undefined {
  return values.find((value) => typeof value === 'string');
}

function only(kinds: readonly string[]): string | undefined {
  return kinds.length === 1 ? kinds[0] : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
