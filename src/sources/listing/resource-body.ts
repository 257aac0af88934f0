/** The line that JQ is given for one resource of Cloud Control. */

const LINE_BREAKS = /[\r\n]+/g;

/**
 * What stands after the properties is the same for a whole page; make it once. `Type` and
 * `__ExtraContext` say once more what mappings written for Ocean's hosted integration ask for.
 * `facts` are those of the account, as {@link AccountFacts.of} gives them.
 */
export function bodyTail(kind: string, accountId: string, region: string, facts: string): string {
  return `,"Type":${JSON.stringify(kind)}${describedTail(kind, accountId, region, facts)}`;
}

/** What stands behind the fields of an object of a service's own API, which may have a `Type` itself. */
export function describedTail(
  kind: string,
  accountId: string,
  region: string,
  facts: string,
): string {
  const [name, account, place] = [kind, accountId, region].map((text) => JSON.stringify(text));
  const context = `"__ExtraContext":{"AccountId":${account},"Region":${place}}`;
  return `,"__Kind":${name},"__AccountId":${account},"__Region":${place},${context}${facts}}`;
}

/**
 * Splices the properties, which Cloud Control sends as JSON text, into the line without parsing them:
 * that would cost more than everything else. A raw line break can only stand between tokens of JSON, so
 * a space says the same on one line.
 */
export function resourceBody(identifier: string, properties: string, tail: string): string {
  // A search for one character is far cheaper than the expression, and nearly always finds nothing.
  const broken = properties.includes('\n') || properties.includes('\r');
  const text = broken ? properties.replace(LINE_BREAKS, ' ') : properties;
  return `{"Identifier":${JSON.stringify(identifier)},"Properties":${text}${tail}`;
}
