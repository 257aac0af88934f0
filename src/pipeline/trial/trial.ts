import { jqProblems } from '../../config/jq-problems.js';
import { loadPipeline } from '../../config/load-pipeline.js';
import type { Pipeline } from '../../config/pipeline.js';
import { throwIfAny } from '../../config/problem.js';
import { SluiceError } from '../../errors/sluice-error.js';
import { explainMappings } from '../../jq/explain/mapping-steps.js';
import type { MappingSteps } from '../../jq/explain/mapping-steps.js';
import type { JqEngine } from '../../jq/jq-engine.js';
import type { MappedEntity } from '../../model/entity.js';
import type { LeafFault } from '../../model/mapping-result.js';
import { regionAllowed } from '../../sources/region-policy.js';
import { openJq } from '../open-jq.js';
import { Programs } from '../programs.js';
import type { SampleResource } from './sample-resource.js';

/** What a pipeline makes of one resource. */
export interface TrialResult {
  /** Of the mappings that the resource's region lets in. */
  readonly steps: readonly MappingSteps[];
  readonly entities: readonly MappedEntity[];
  readonly faults: readonly LeafFault[];
}

/** A pipeline's mappings, ready to be tried: without AWS, Port and state. */
export class Trial {
  readonly pipeline: Pipeline;
  readonly #jq: JqEngine;
  readonly #programs: Programs;

  private constructor(pipeline: Pipeline, jq: JqEngine) {
    this.pipeline = pipeline;
    this.#jq = jq;
    this.#programs = new Programs(pipeline, regionAllowed, jq.version);
  }

  /** Throws a ConfigError where the file or one of its expressions is wrong. */
  static async open(file: string): Promise<Trial> {
    const pipeline = await loadPipeline(file);
    const jq = await openJq();
    try {
      throwIfAny(await jqProblems(pipeline, (expression) => jq.check(expression)));
      return new Trial(pipeline, jq);
    } catch (error) {
      await jq.close();
      throw error;
    }
  }

  get kinds(): readonly string[] {
    return this.pipeline.kinds.map(({ kind }) => kind);
  }

  /** Maps one resource as a run would. Throws a SluiceError where JQ can't evaluate it at all. */
  async map(resource: SampleResource): Promise<Pick<TrialResult, 'entities' | 'faults'>> {
    const [outcome] = await this.#jq.map(this.#programs.for(resource), [resource.body]);
    if (outcome?.ok !== true) {
      const { code, message } = outcome ?? { code: 'engine', message: 'no outcome' };
      throw new SluiceError(`JQ could not evaluate the resource: ${message}`, {
        code: `jq.${code}`,
      });
    }
    return outcome;
  }

  /** Maps one resource, and tells every step. */
  async explain(resource: SampleResource): Promise<TrialResult> {
    const { entities, faults } = await this.map(resource);
    const program = this.#programs.for(resource);
    return { steps: await explainMappings(this.#jq, program, resource.body), entities, faults };
  }

  close(): Promise<void> {
    return this.#jq.close();
  }
}
