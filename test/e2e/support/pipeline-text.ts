import type { Fixture } from './fixtures.js';

export interface PipelineOptions {
  readonly organizationRole?: string;
  /** Lines below `aws:` instead of the organization, unindented. */
  readonly aws?: string;
  /** More lines at top level, such as `entityDeletionThreshold: 0.5`. */
  readonly top?: string;
  readonly integration?: string;
}

/** A pipeline file of these fixtures. */
export function pipelineText(fixtures: readonly Fixture[], options: PipelineOptions): string {
  const { organizationRole = '', integration = 'e2e', top = '' } = options;
  const aws =
    options.aws ??
    `organization:\n  roleArn: ${organizationRole}\n  memberRoleName: SluiceReadOnly`;
  return [
    'aws:',
    indent(aws, 2),
    'port:',
    `  integration: ${integration}`,
    top,
    'resources:',
    ...fixtures.map(({ yaml }) => `${indent(yaml.trim(), 4).replace(/^ {4}/, '  - ')}`),
    '',
  ].join('\n');
}

function indent(text: string, by: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(by));
}
