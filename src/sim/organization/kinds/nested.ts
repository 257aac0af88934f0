import { awkwardText, WORDS } from '../awkward.js';
import type { KindModel } from '../kind-model.js';

/** Listed one REST API at a time: ListResources without `RestApiId` in its ResourceModel is refused. */
const apiResource: KindModel = {
  kind: 'AWS::ApiGateway::Resource',
  placement: 'regional',
  identifierProperties: ['RestApiId', 'ResourceId'],
  parent: { kind: 'AWS::ApiGateway::RestApi', property: 'RestApiId' },
  bulkProperty: 'MethodSettings',
  identifier: (id) => [id.parent ?? '', `r${id.mark}`],
  body: (id, random) => ({
    ParentId: random.hex(10),
    PathPart: id.index % 4 === 0 ? '{proxy+}' : random.pick(WORDS),
    Description: random.oneIn(3) ? awkwardText(random) : undefined,
  }),
};

export const nestedKinds: readonly KindModel[] = [apiResource];
