import { lowerFirst, type ApiCall, type CallWriter, type Subject } from '../api-call.js';

/**
 * Calls of kinds that have no writer of their own: `Create`, `Update` and `Delete` with the type's
 * name, as most of the newer APIs are made, with the identifier in the request.
 */
export function anyKindCalls(identifierProperties: readonly string[]): CallWriter {
  const call =
    (verb: string) =>
    ({ kind, values }: Subject): ApiCall => {
      const [, service = '', type = ''] = kind.split('::');
      const named = identifierProperties.map((name, i) => [lowerFirst(name), values[i]] as const);
      return {
        service: service.toLowerCase(),
        name: `${verb}${type}`,
        request: Object.fromEntries(named),
        response: null,
      };
    };
  return {
    create: call('Create'),
    update: call('Update'),
    delete: call('Delete'),
    tag: call('Update'),
    untag: call('Update'),
  };
}
