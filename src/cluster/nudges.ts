import type { CrossbarLink } from '../crossbar/link.ts';
import type { SharedRegistry } from './shared-registry.ts';

const TOPIC = 'estrom.registry.changed';

/** Nodes that share a registry tell each other through Crossbar.io when they have changed it. */
export async function nudgeEachOther(link: CrossbarLink, shared: SharedRegistry): Promise<void> {
  const heard = shared.connect(() => {
    // Who does not hear it asks soon enough.
    if (link.isJoined) link.publish(TOPIC).catch(() => {});
  });
  await link.subscribe(TOPIC, heard);
}
