import { PipelineError } from '../../src/config/problem.js';
import { parsePipeline } from '../../src/config/load-pipeline.js';

/** A pipeline that is valid; tests change a line of it. */
export const VALID = `resources:
  - kind: AWS::EC2::Instance
    selector:
      query: 'true'
    port:
      entity:
        mappings:
          identifier: .Identifier
          title: .Identifier
          blueprint: '"vm"'
          properties:
            region: .__Region
          relations:
            account: .__AccountId
`;

/** The message of the error that a pipeline text gives; '' where it is valid. */
export function errorOf(text: string, file = 'p.yaml'): string {
  try {
    parsePipeline(text, file);
    return '';
  } catch (error) {
    if (error instanceof PipelineError) return error.message;
    throw error;
  }
}
