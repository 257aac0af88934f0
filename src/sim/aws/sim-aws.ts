import type { Counters } from '../counters.js';
import type { CloudControlSettings } from './cloud-control.js';
import type { Credentials } from './credentials.js';
import type { OrganizationsSettings } from './organizations.js';
import type { Quota } from './quota.js';

/** The switches of the simulated AWS that may be turned while it runs. */
export interface AwsSettings extends CloudControlSettings, OrganizationsSettings {
  regionsPageSize: number;
  latencyMs: number;
  credentialLifetimeMs: number | undefined;
}

/** The simulated AWS, from inside. */
export interface SimAws {
  readonly settings: AwsSettings;
  readonly quota: Quota;
  readonly credentials: Credentials;
  /** Calls by `service.Operation`, and refusals by `error.Code`. */
  readonly counters: Counters;
}
