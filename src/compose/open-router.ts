import type { Config } from '../config.ts';
import type { Logger } from '../log.ts';

/** Nodes take each other's word for what a caller may see: the router has to tell nodes from others. */
export function warnOfOpenRouter(
  { crossbar, crossbarAuth, tokens }: Pick<Config, 'crossbar' | 'crossbarAuth' | 'tokens'>,
  log: Pick<Logger, 'warn'>,
): void {
  if (crossbar === '' || tokens === '' || crossbarAuth !== 'anonymous') return;
  log.warn(
    'nodes join Crossbar.io without a secret (--crossbar-auth anonymous): whoever may join as they do sees everything, whatever --tokens says; let the router ask nodes for a ticket or WAMP-CRA, and let nobody else call estrom.tailor.*',
  );
}
