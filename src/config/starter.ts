import picomatch from 'picomatch';

/** An element of a pipeline's `resources`, as plain data. */
export interface StarterResource {
  readonly kind: string;
  readonly selector: object;
  readonly port: {
    readonly entity: {
      readonly mappings: {
        readonly blueprint: string;
        readonly relations?: Readonly<Record<string, unknown>>;
        readonly [field: string]: unknown;
      };
    };
  };
}

/** A blueprint as Port takes it, as far as relations go. */
export interface StarterBlueprint {
  readonly identifier: string;
  readonly relations?: Readonly<
    Record<string, Readonly<Record<string, unknown>> & { readonly target: string }>
  >;
  readonly [field: string]: unknown;
}

/** What there is to choose from. */
export interface Ready {
  readonly resources: readonly StarterResource[];
  readonly blueprints: readonly StarterBlueprint[];
}

/** What was chosen: a pipeline's resources and the blueprints that they need, all relations within them. */
export interface Starter extends Ready {
  /** Kinds without a mapping of their own: they have the general one. */
  readonly general: readonly string[];
}

const ACCOUNT = 'awsAccount';
const GENERAL = 'awsResource';

/** Of any kind: what it is, where it is, its tags and its ARN. */
function generalResource(kind: string): StarterResource {
  return {
    kind,
    selector: { query: 'true' },
    port: {
      entity: {
        mappings: {
          identifier: String.raw`"\(.__AccountId)/\(.__Region)/\(.__Kind)/\(.Identifier)" | gsub("[^\\p{L}0-9@_.+:\\\\/=-]"; "=")`,
          title: '.Identifier',
          blueprint: `"${GENERAL}"`,
          properties: {
            kind: '.__Kind',
            region: '.__Region',
            arn: '.Properties.Arn',
            // A list with most services, an object with some.
            tags: '.Properties.Tags | if type == "array" then [.[] | { (.Key): .Value }] | add // {} else . end',
          },
          relations: { account: '.__AccountId' },
        },
      },
    },
  };
}

const GENERAL_BLUEPRINT: StarterBlueprint = {
  identifier: GENERAL,
  title: 'AWS resource',
  icon: 'AWS',
  schema: {
    properties: {
      kind: { type: 'string', title: 'Kind' },
      region: { type: 'string', title: 'Region' },
      arn: { type: 'string', title: 'ARN' },
      tags: { type: 'object', title: 'Tags' },
    },
    required: [],
  },
  relations: { account: { title: 'Account', target: ACCOUNT, required: false, many: false } },
};

/**
 * Chooses kinds: those that are ready with their mappings and blueprints, any other with the general
 * mapping. Globs choose among what is ready. Relations to blueprints that nothing chosen yields are left
 * out, but for the account, which every resource has. `unmatched` are globs that choose nothing.
 */
export function starterOf(
  wanted: readonly string[],
  ready: Ready,
): Starter & { readonly unmatched: readonly string[] } {
  const kinds = [...new Set(ready.resources.map(({ kind }) => kind))];
  const chosen = new Set<string>();
  const general = new Set<string>();
  const unmatched: string[] = [];
  for (const one of wanted) {
    const matches = picomatch(one, { nocase: true });
    const matching = kinds.filter((kind) => matches(kind));
    for (const kind of matching) chosen.add(kind);
    if (matching.length > 0) continue;
    if (/[*?[{]/.test(one)) unmatched.push(one);
    else general.add(one);
  }
  const resources = [
    ...ready.resources.filter(({ kind }) => chosen.has(kind)),
    ...[...general].map(generalResource),
  ];
  const names = new Set([ACCOUNT, ...resources.map(blueprintOf)]);
  const blueprints = [...ready.blueprints, GENERAL_BLUEPRINT]
    .filter(({ identifier }) => names.has(identifier))
    .map((blueprint) => withinBlueprint(blueprint, names));
  const relationsOf = new Map(
    blueprints.map(({ identifier, relations = {} }) => [identifier, relations]),
  );
  return {
    resources: resources.map((resource) =>
      withinResource(resource, relationsOf.get(blueprintOf(resource)) ?? {}),
    ),
    blueprints,
    general: [...general],
    unmatched,
  };
}

/** The blueprint that a ready mapping names: always a text. */
function blueprintOf({ port }: StarterResource): string {
  return port.entity.mappings.blueprint.replaceAll('"', '');
}

function withinBlueprint(
  blueprint: StarterBlueprint,
  names: ReadonlySet<string>,
): StarterBlueprint {
  const { relations = {} } = blueprint;
  const kept = Object.entries(relations).filter(([, { target }]) => names.has(target));
  return { ...blueprint, relations: Object.fromEntries(kept) };
}

function withinResource(
  resource: StarterResource,
  known: Readonly<Record<string, unknown>>,
): StarterResource {
  const { relations, ...mappings } = resource.port.entity.mappings;
  const kept = Object.entries(relations ?? {}).filter(([name]) => Object.hasOwn(known, name));
  return {
    ...resource,
    port: {
      entity: {
        mappings: {
          ...mappings,
          blueprint: mappings.blueprint,
          ...(kept.length > 0 && { relations: Object.fromEntries(kept) }),
        },
      },
    },
  };
}
