import type { Blueprint } from '../../../src/sim/port/blueprints.js';
import type { Fixture } from './fixtures.js';

/** The blueprint of all {@link children}. */
export const CHILD: Blueprint = {
  identifier: 'child',
  schema: { properties: { region: { type: 'string' } } },
  relations: {},
};

/** Resources of a kind that is listed a parent at a time, by account, region and identifier. */
export function children(kind: string): Fixture {
  return {
    kind,
    yaml: `
kind: ${kind}
selector: { query: 'true' }
port:
  entity:
    mappings:
      identifier: '[.__AccountId, .__Region, (.Identifier | gsub("[|]"; "="))] | join(":")'
      title: .__Kind
      blueprint: '"child"'
      properties: { region: .__Region }
`,
    entities: ({ Identifier, __AccountId, __Region }) => [
      {
        blueprint: 'child',
        identifier: [__AccountId, __Region, Identifier.replaceAll('|', '=')].join(':'),
        title: kind,
        properties: { region: __Region },
      },
    ],
  };
}
