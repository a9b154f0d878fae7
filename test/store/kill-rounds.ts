import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from './client.ts';
import { Process } from './process.ts';

/** What the client was told, and so may rely on. */
interface Acknowledged {
  /** Word of each query that is there. */
  readonly words: Map<string, string>;
  /** Words whose queries were deleted. */
  readonly deleted: Set<string>;
  /** Fields that a document made a date. */
  readonly dates: string[];
}

export interface KillReport {
  readonly rounds: number;
  readonly registered: number;
  readonly deleted: number;
  readonly dates: number;
  /** Sentences about what was acknowledged and is not so any more. */
  readonly losses: readonly string[];
}

// Every document brings a field: a quick machine makes more of them than the default allows, and then
// the field that the queries ask for would not be searchable.
const FLAGS = [
  ...['--port', '0', '--log-level', 'error', '--workers', '1'],
  ...['--drain-timeout', '200ms', '--max-fields', '1000000'],
];

/**
 * Starts the program again and again on one folder, lets clients register and delete queries and send
 * documents with new fields at full speed, and kills it at a moment of chance; now and then it may end
 * in order, so that segments are saved.
 */
export async function killRounds(folder: string, rounds: number): Promise<KillReport> {
  const known: Acknowledged = { words: new Map(), deleted: new Set(), dates: [] };
  const losses: string[] = [];
  const names = numbered();
  for (let round = 0; round <= rounds; round++) {
    const server = new Process([...FLAGS, '--data', folder]);
    const client = new Client(await server.listening());
    losses.push(...(await verified(client, known, server)));
    if (round === rounds) {
      await server.end('SIGTERM');
      break;
    }
    const gone = { yet: false };
    const working = work(client, known, names, gone);
    await sleep(Math.random() * (round % 4 === 2 ? 2000 : 300));
    const { stderr } = await server.end(round % 4 === 3 ? 'SIGTERM' : 'SIGKILL');
    gone.yet = true;
    if (stderr !== '') losses.push(`round ${round} logged: ${stderr}`);
    await working;
  }
  const { words, deleted, dates } = known;
  return {
    rounds,
    registered: words.size + deleted.size,
    deleted: deleted.size,
    dates: dates.length,
    losses,
  };
}

function* numbered(): Generator<number> {
  for (let n = 0; ; n++) yield n;
}

/** Works until the server is gone. */
async function work(
  client: Client,
  known: Acknowledged,
  names: Generator<number>,
  gone: { readonly yet: boolean },
): Promise<void> {
  const next = () => names.next().value as number;
  const untilGone = async (step: () => Promise<void>) => {
    while (!gone.yet) {
      try {
        await step();
      } catch {
        return;
      }
    }
  };
  const single = untilGone(async () => {
    const word = `w${next()}`;
    known.words.set(word, await client.register(word));
  });
  const bulk = untilGone(async () => {
    const words = Array.from({ length: 1 + Math.floor(Math.random() * 100) }, () => `w${next()}`);
    const ids = await client.registerMany(words);
    words.forEach((word, n) => {
      known.words.set(word, ids[n]!);
    });
  });
  const remove = untilGone(async () => {
    const [word, id] = [...known.words][Math.floor(Math.random() * known.words.size)] ?? [];
    if (word === undefined || id === undefined) return await sleep(5);
    // Unknown while it is under way.
    known.words.delete(word);
    const { status } = await client.delete(id);
    if (status !== 200) throw new Error(`DELETE answered ${status}`);
    known.deleted.add(word);
  });
  const document = untilGone(async () => {
    const field = `f${next()}`;
    const { status, body } = await client.send({ [field]: '2024-05-06' });
    if (status !== 200 || body['failed'] !== 0) throw new Error('not taken');
    known.dates.push(field);
  });
  await Promise.all([single, bulk, remove, document]);
}

async function verified(client: Client, known: Acknowledged, server: Process): Promise<string[]> {
  try {
    return await verify(client, known);
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${server.stderr}`);
  }
}

async function verify(client: Client, known: Acknowledged): Promise<string[]> {
  const losses: string[] = [];
  const words = [...known.words];
  await inGroups(words, async (group) => {
    const found = await client.matches(group.map(([word]) => ({ a: word })));
    group.forEach(([word, id], n) => {
      if (found[n]!.length === 1 && found[n]![0] === id) return;
      losses.push(`${word} is ${id}, but found was ${found[n]!.join()}`);
    });
  });
  await inGroups([...known.deleted], async (group) => {
    const found = await client.matches(group.map((word) => ({ a: word })));
    group.forEach((word, n) => {
      if (found[n]!.length > 0)
        losses.push(`${word} was deleted, but found was ${found[n]!.join()}`);
    });
  });
  // A field that is a date takes no words; one without a type would become a text.
  const probes = known.dates.slice(-20);
  const ids = await Promise.all(probes.map((field) => client.register(`${field}:hello`)));
  const found = await client.matches(probes.map((field) => ({ [field]: 'hello' })));
  for (const [n, id] of ids.entries()) {
    if (found[n]!.includes(id)) losses.push(`${probes[n]} is no date any more`);
    await client.delete(id);
  }
  return losses;
}

async function inGroups<T>(items: readonly T[], handle: (group: T[]) => Promise<void>) {
  for (let at = 0; at < items.length; at += 5000) await handle(items.slice(at, at + 5000));
}
