import {
  asObject,
  invalidRequest,
  ok,
  onlyFields,
  PortRefusal,
  type PortAnswer,
} from './answer.js';

/** An integration as the simulated Port keeps it. */
export interface SimIntegration {
  readonly installationId: string;
  readonly installationAppType: string;
  readonly version: string;
  readonly config: Record<string, unknown>;
  readonly resyncState: Record<string, unknown>;
  readonly [other: string]: unknown;
}

/** A line of an integration's log. */
export interface LogLine {
  readonly integration: string;
  readonly level: string;
  readonly message: string;
}

const CREATE = [
  'installationId', 'installationAppType', 'title', 'version', 'changelogDestination', 'config', 'actionsProcessingEnabled',
  'createPortResourcesOrigin', 'provisionedBySlug',
]; // prettier-ignore
const PATCH = CREATE.filter((name) => name !== 'installationId');
const STATE = ['status', 'lastResyncStart', 'lastResyncEnd', 'nextResync', 'intervalInMinuets'];
const STATUSES = ['running', 'completed', 'failed', 'pending', 'aborted'];

/** The integrations of the simulated Port, with what is asked of and told about them. */
export class Integrations {
  private readonly byId = new Map<string, SimIntegration>();
  private readonly requests = new Map<
    string,
    { readonly id: string; readonly requestedAt: string; readonly updatedAt: string }
  >();
  private asked = 0;
  private readonly lines: LogLine[] = [];
  /** Where this Port can be reached, once it is served: log lines are taken there. */
  url: string | undefined;
  private readonly examples = new Map<string, readonly unknown[]>();

  all(): SimIntegration[] {
    return [...this.byId.values()];
  }

  get(id: string): SimIntegration | undefined {
    return this.byId.get(id);
  }

  /** Asks the integration for a resync, as the button in Port does. */
  requestResync(id: string): void {
    this.requests.set(id, {
      id: `resync-${++this.asked}`,
      requestedAt: new Date().toISOString(),
      updatedAt: new Date().toISOString(),
    });
  }

  /** The examples that were sent for a kind. */
  examplesOf(id: string, kind: string): readonly unknown[] | undefined {
    return this.examples.get(`${id}|${kind}`);
  }

  create(body: unknown): PortAnswer {
    const input = asObject(body, 'body');
    onlyFields(input, CREATE, 'body');
    const { installationId, installationAppType } = input;
    if (typeof installationId !== 'string' || installationId === '')
      throw invalidRequest('installationId must be a string');
    if (typeof installationAppType !== 'string')
      throw invalidRequest('installationAppType must be a string');
    if (this.byId.has(installationId))
      throw new PortRefusal(
        409,
        'identifier_taken',
        `An integration with the id "${installationId}" already exists`,
      );
    const config = asObject(input['config'] ?? {}, 'config');
    const integration = {
      version: '',
      ...input,
      installationId,
      installationAppType,
      config,
      resyncState: {},
    };
    return this.keep(integration, 201);
  }

  read(id: string): PortAnswer {
    const { url } = this;
    const logAttributes = { ingestUrl: `${url}/v1/logs/integration/${encodeURIComponent(id)}` };
    return ok({ integration: { ...this.need(id), ...(url !== undefined && { logAttributes }) } });
  }

  patch(id: string, body: unknown): PortAnswer {
    const input = asObject(body, 'body');
    onlyFields(input, PATCH, 'body');
    if ('config' in input) asObject(input['config'], 'config');
    return this.keep({ ...this.need(id), ...input });
  }

  patchConfig(id: string, body: unknown): PortAnswer {
    const input = asObject(body, 'body');
    onlyFields(input, ['config'], 'body');
    return this.keep({ ...this.need(id), config: asObject(input['config'], 'config') });
  }

  patchResyncState(id: string, body: unknown): PortAnswer {
    const input = asObject(body, 'body');
    onlyFields(input, STATE, 'body');
    if (!STATUSES.includes(input['status'] as string))
      throw invalidRequest(`status must be one of ${STATUSES.join(', ')}`);
    const integration = this.need(id);
    return this.keep({
      ...integration,
      resyncState: { ...integration.resyncState, ...input, updatedAt: new Date().toISOString() },
    });
  }

  /** GET resync-request: `request` is null where none was made. */
  readResyncRequest(id: string): PortAnswer {
    this.need(id);
    return ok({ request: this.requests.get(id) ?? null });
  }

  putExamples(id: string, kind: string, body: unknown): PortAnswer {
    const input = asObject(body, 'body');
    onlyFields(input, ['examples'], 'body');
    if (!Array.isArray(input['examples'])) throw invalidRequest('examples must be an array');
    this.need(id);
    this.examples.set(`${id}|${kind}`, input['examples']);
    return ok({});
  }

  /** Takes lines of the integration's log. */
  putLogs(id: string, body: unknown): PortAnswer {
    const input = asObject(body, 'body');
    onlyFields(input, ['logs'], 'body');
    if (!Array.isArray(input['logs'])) throw invalidRequest('logs must be an array');
    for (const line of input['logs']) {
      const { level, message, timestamp } = asObject(line, 'log');
      if (typeof level !== 'string' || typeof message !== 'string' || typeof timestamp !== 'string')
        throw invalidRequest('a log needs level, message and timestamp');
      this.lines.push({ integration: id, level, message });
    }
    return ok({});
  }

  /** The lines that an integration's log holds. */
  logOf(id: string): readonly LogLine[] {
    return this.lines.filter(({ integration }) => integration === id);
  }

  delete(id: string): PortAnswer {
    this.need(id);
    this.byId.delete(id);
    return ok({});
  }

  private keep(integration: SimIntegration, status = 200): PortAnswer {
    const kept = { ...integration, updatedAt: new Date().toISOString() };
    this.byId.set(integration.installationId, kept);
    return ok({ integration: kept }, status);
  }

  private need(id: string): SimIntegration {
    const integration = this.byId.get(id);
    if (integration === undefined) {
      throw new PortRefusal(404, 'not_found', `Integration with id "${id}" was not found`, {
        resource: 'Integration',
        withValue: id,
      });
    }
    return integration;
  }
}
