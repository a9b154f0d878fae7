import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KeptSubscription } from '../../src/subscriptions/model.ts';
import type { SubscriptionStore } from '../../src/subscriptions/subscription-store.ts';
import { kept } from './subscription.ts';

interface State {
  readonly revision: number;
  readonly deleted: boolean;
}

/** Hears of each change before it is asked for, and when it is acknowledged. */
export type Say = (what: 'asked' | 'done', id: string, revision: number, deleted: boolean) => void;

const NOTHING: State = { revision: 0, deleted: false };

/** What a store has acknowledged, and what was asked of it last and so may be there as well. */
export class Acknowledged {
  readonly #done = new Map<string, State>();
  readonly #asked = new Map<string, State>();

  readonly say: Say = (what, id, revision, deleted) => {
    const told = what === 'done' ? this.#done : this.#asked;
    told.set(id, { revision, deleted });
  };

  get size(): number {
    return this.#done.size;
  }

  /**
   * Compares with all that is there; what was found once has to stay.
   * @returns what is wrong
   */
  check(subscriptions: readonly KeptSubscription[]): string[] {
    const found = new Map(subscriptions.map((each) => [each.id, each]));
    const wrong: string[] = [];
    for (const [id, asked] of this.#asked) {
      const done = this.#done.get(id) ?? NOTHING;
      const there = found.get(id);
      const revision = there?.estrom.revision ?? 0;
      const state = revision === asked.revision ? asked : done;
      const isRight =
        revision >= done.revision &&
        revision <= asked.revision &&
        (there === undefined ||
          (there.deleted === state.deleted && there.title === `revision ${Math.min(revision, 3)}`));
      if (!isRight) wrong.push(`${id}: acknowledged ${done.revision}, found ${revision}`);
      this.#done.set(id, { revision, deleted: there?.deleted ?? false });
      found.delete(id);
    }
    return [...wrong, ...[...found.keys()].map((id) => `${id}: nobody asked for it`)];
  }
}

/** Makes, replaces and deletes a subscription. */
export async function changeSome(store: SubscriptionStore, say: Say): Promise<void> {
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
  if (Math.random() < 0.5) return;
  say('asked', id, 4, true);
  await store.markDeleted(id, 1);
  say('done', id, 4, true);
}

/** What a writer's process does until it is killed: it says on standard output what {@link Say} does. */
export async function changeUntilKilled(store: SubscriptionStore): Promise<void> {
  const work = async () => {
    for (;;) await changeSome(store, print);
  };
  await Promise.all(Array.from({ length: 8 }, work));
}

function print(what: string, id: string, revision: number, deleted: boolean): void {
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

/** Lets a writer's process work for a moment, kills it, and says what it said. */
export async function killWriter(script: string, place: string, say: Say): Promise<void> {
  const flags = ['--disable-warning=ExperimentalWarning'];
  const child = spawn(process.execPath, [...flags, script, place], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const closed = once(child, 'close');
  await Promise.race([once(child.stdout, 'data'), closed]);
  await sleep(Math.random() * 300);
  child.kill('SIGKILL');
  await closed;
  if (stderr !== '') throw new Error(stderr);
  for (const line of stdout.split('\n').slice(0, -1)) {
    const [what, id, revision, deleted] = line.split(' ');
    say(what as 'asked' | 'done', id!, Number(revision), deleted === 'true');
  }
}

/** Everything that a store has. */
export async function everythingIn(store: SubscriptionStore): Promise<readonly KeptSubscription[]> {
  const page = { offset: 0, size: 1_000_000 };
  const { subscriptions } = await store.list({ withDeleted: true, now: 0 }, page);
  return subscriptions;
}
