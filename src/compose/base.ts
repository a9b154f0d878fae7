import type { AccessControl } from '../access/access-control.ts';
import type { Config } from '../config.ts';
import type { Readiness } from '../http/operator-routes.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Roles } from './roles.ts';

/** What all parts of a node are made from. */
export interface Base {
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly readiness: Readiness;
  readonly access: AccessControl;
  readonly roles: Roles;
  /** Names this run of this node, and no other. */
  readonly epoch: string;
}
