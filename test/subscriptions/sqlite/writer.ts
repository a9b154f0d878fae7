import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import { createLogger } from '../../../src/log.ts';
import { Metrics } from '../../../src/metrics.ts';
import { SqliteSubscriptions } from '../../../src/subscriptions/sqlite/sqlite-subscriptions.ts';
import { kept } from '../subscription.ts';

/**
 * Changes subscriptions in a folder until it is killed. Each change is announced on standard output
 * before it is asked for, and said to be done once it is acknowledged.
 */
const store = await SqliteSubscriptions.open({
  folder: process.argv[2]!,
  metrics: new Metrics(),
  log: createLogger('silent'),
});

function say(what: 'asked' | 'done', id: string, revision: number, deleted: boolean): void {
  const line = `${what} ${id} ${revision} ${deleted}\n`;
  for (;;) {
    try {
      writeSync(1, line);
      return;
    } catch (error) {
      // The pipe is full: what was not said must not be done.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
}

async function work(): Promise<never> {
  for (;;) {
    const id = randomUUID();
    let subscription = kept({ id, title: 'revision 1' });
    say('asked', id, 1, false);
    await store.insert(subscription);
    say('done', id, 1, false);
    for (const revision of [2, 3]) {
      const estrom = { ...subscription.estrom, revision };
      subscription = { ...subscription, title: `revision ${revision}`, estrom };
      say('asked', id, revision, false);
      if (!(await store.replace(subscription))) throw new Error('not replaced');
      say('done', id, revision, false);
    }
    if (Math.random() < 0.5) continue;
    say('asked', id, 4, true);
    await store.markDeleted(id, 1);
    say('done', id, 4, true);
  }
}

await Promise.all(Array.from({ length: 8 }, work));
