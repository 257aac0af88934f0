import { z } from 'zod';
import { actionFacts, actionsOf } from '../catalog/ocean-actions.js';
import { kindProblem } from './kind-problem.js';
import { flag, listOf, quoted, regionGlob, report } from './schema-values.js';

/** Regions that count: Ocean's `regionPolicy`, and `aws.regions`. */
export const regionPolicy = (description: string) =>
  z
    .strictObject({
      allow: listOf(regionGlob, 'Regions to take; empty means all.'),
      deny: listOf(regionGlob, 'Regions to leave out; wins over allow.'),
    })
    .nullish()
    .transform((value) => value ?? { allow: [], deny: [] })
    .meta({ description });

/** JQ as text. What the YAML says is kept; quotes are rewritten where the mapping is built. */
export const jq = (description: string) =>
  z
    .string()
    .superRefine((value, ctx) => {
      if (value.trim() === '') report(ctx, 'an empty expression', 'a JQ expression');
    })
    .meta({ description });

const RULE_KEYS = 'a rule with property and operator (and value), or combinator and rules';

interface SearchInput {
  combinator: string;
  rules: (RuleInput | SearchInput)[];
}
interface RuleInput {
  property: string;
  operator: string;
  value?: unknown;
}

const rule = z
  .strictObject({
    property: jq('JQ: the property to compare, in double quotes within single ones.'),
    operator: jq('JQ: how to compare, such as \'"="\'.'),
    value: z
      .union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())])
      .optional()
      .meta({ description: 'JQ: the value to compare with. Operators such as isEmpty need none.' }),
  })
  .meta({ id: 'searchRule', description: 'One comparison of a search.' });

/** `{combinator, rules}`: Port finds the entity, team or relation target by its properties. */
export const search: z.ZodType<SearchInput> = z
  .strictObject({
    combinator: jq('JQ: \'"and"\' or \'"or"\'.'),
    rules: z
      .array(z.lazy((): z.ZodType<RuleInput | SearchInput> => z.union([rule, search])))
      .min(1)
      .meta({ description: `At least one: ${RULE_KEYS}.` }),
  })
  .meta({ id: 'search', description: 'Searches Port instead of naming an identifier.' });

type MappingValue =
  string | number | boolean | null | MappingValue[] | { [key: string]: MappingValue };

const mappingValue: z.ZodType<MappingValue> = z
  .lazy(() =>
    z.union([
      z.string(),
      z.number(),
      z.boolean(),
      z.null(),
      z.array(mappingValue),
      z.record(z.string(), mappingValue),
    ]),
  )
  .meta({
    id: 'mappingValue',
    description: 'JQ as text; a number, true, false or null as itself; or a list or map of these.',
  });

const jqList = z.array(jq('JQ expression.'));

const mapping = z
  .strictObject({
    identifier: z
      .union([jq('JQ expression.'), search])
      .meta({ description: 'JQ: the identifier of the entity, or a search for it.' }),
    title: jq('JQ: the title of the entity.').nullish(),
    icon: jq('JQ: the icon of the entity.').nullish(),
    blueprint: jq(
      'JQ: the blueprint; a fixed one as \'"name"\', double quotes within single ones.',
    ),
    team: z
      .union([jq('JQ expression.'), search, jqList, z.null()])
      .optional()
      .meta({ description: 'JQ: the owning team or teams, or a search for them.' }),
    properties: z
      .record(z.string(), mappingValue)
      .nullish()
      .meta({ description: 'Properties of the blueprint and the JQ that gives each.' }),
    relations: z
      .record(z.string(), z.union([jq('JQ expression.'), search, jqList, z.null()]))
      .nullish()
      .meta({
        description: 'Relations of the blueprint; JQ gives the target identifier or identifiers.',
      }),
  })
  .meta({ id: 'mapping', description: 'How one resource becomes one entity.' });

const selector = z
  .strictObject({
    query: z.union([jq('JQ expression.'), z.boolean()]).meta({
      description: "JQ that says true for resources to map; 'true' takes all.",
    }),
    useGetResourceAPI: flag('Read each resource after listing it: slower, but complete.', false),
    regionPolicy: regionPolicy('Regions of this kind, within aws.regions.'),
    includeActions: z.array(z.string()).nullish().meta({
      description:
        "Further facts by the names that Ocean's hosted integration has for them, such as GetInstanceStatusAction of AWS::EC2::Instance.",
    }),
    listGroupResources: flag(
      'Groups as ListGroups tells them, with what each holds as __Resources (kind AWS::ResourceGroups::Group).',
      false,
    ),
  })
  .meta({ description: 'Which resources of the kind are mapped, and how they are fetched.' });

const resourcePort = z
  .strictObject({
    entity: z
      .strictObject({
        mappings: z
          .union([mapping, z.array(mapping).min(1)])
          .meta({ description: 'One mapping, or a list of mappings that each yield an entity.' }),
      })
      .meta({ description: 'The entity in Port.' }),
    itemsToParse: jq('JQ that gives a list: each item is mapped to an entity.').nullish(),
    itemsToParseName: z
      .string()
      .min(1)
      .nullish()
      .meta({ description: 'Name under which JQ finds the item. Default item.', default: 'item' }),
    itemsToParseTopLevelTransform: flag(
      'Leave the list itself out of what JQ sees beside the item.',
      true,
    ),
  })
  .meta({ description: 'What the resources become in Port.' });

/** One element of `resources`. */
export const resource = z
  .strictObject({
    kind: z
      .string()
      .superRefine((value, ctx) => {
        const problem = kindProblem(value);
        if (problem) report(ctx, problem.what, problem.expected, problem.hint, problem.code);
      })
      .meta({
        description: 'CloudFormation type such as AWS::S3::Bucket, or one of the special kinds.',
        examples: ['AWS::S3::Bucket', 'AWS::Organizations::Account'],
      }),
    selector,
    useGetResourceAPI: flag(
      "The selector's useGetResourceAPI, which stands here in some mappings.",
      false,
    ),
    port: resourcePort,
  })
  .superRefine(({ kind, selector: { includeActions } }, ctx) => {
    includeActions?.forEach((action, at) => {
      if (actionFacts(kind, action) !== undefined) return;
      const known = actionsOf(kind);
      ctx.addIssue({
        code: 'custom',
        path: ['selector', 'includeActions', at],
        message: `unknown action ${quoted(action)} of ${kind}`,
        params: {
          code: 'config.unknown-action',
          expected:
            known.length === 0 ? 'no action: this kind has none' : `one of ${known.join(', ')}`,
        },
      });
    });
  })
  .meta({ description: 'One kind of resource and its mapping; a kind may come several times.' });
