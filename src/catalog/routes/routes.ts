import { COMPUTE_ROUTES } from './compute.js';
import { DATA_ROUTES } from './data.js';
import { EC2_ROUTES } from './ec2.js';
import { EDGE_ROUTES } from './edge.js';
import { IDENTITY_ROUTES } from './identity.js';
import { MANAGEMENT_ROUTES } from './management.js';
import type { Route } from './route.js';

/**
 * From events to resources, kept by hand: one row for each way in which a service tells of a kind.
 * Names and places are those of CloudTrail's records, which spell the API's parameters with a small
 * first letter (CloudTrail User Guide, record contents).
 */
export const CURATED_ROUTES: readonly Route[] = [
  ...EC2_ROUTES,
  ...COMPUTE_ROUTES,
  ...DATA_ROUTES,
  ...IDENTITY_ROUTES,
  ...EDGE_ROUTES,
  ...MANAGEMENT_ROUTES,
];
