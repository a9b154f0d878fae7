import { afterEach, expect, it, vi } from 'vitest';
import { EditQueue } from '../../src/cluster/edit-queue.ts';
import { type Edit, withdraw } from '../../src/cluster/shared-query.ts';
import { Undoings } from '../../src/cluster/undoings.ts';
import { aQuery, FakeIndex } from './fake-index.ts';

afterEach(() => void vi.useRealTimers());

const claim =
  (owner: string): Edit =>
  (query) => ({ ...query!, claims: [...query!.claims, { owner, until: null }] });

async function owedFor(owner: string) {
  vi.useFakeTimers();
  const index = new FakeIndex();
  index.put('q', aQuery({ claims: [{ owner: 'other', until: null }] }));
  const queue = new EditQueue({ index, onSeen: () => {}, onMissing: () => {} });
  const undoings = new Undoings();
  index.fails = 'before';
  const undo = undoings.add('q', owner, withdraw(owner, Date.now));
  queue.owe('q', () => undefined, 'failure', undo);
  await vi.waitFor(() => expect(queue.owed).toBe(1), 20_000);
  index.fails = 'no';
  const owners = () => index.documents.get('q')!.query.claims.map((each) => each.owner);
  return { queue, undoings, owners };
}

it('a claim outlives the owed withdrawal of an earlier one of the same owner', async () => {
  const { queue, undoings, owners } = await owedFor('anna');
  undoings.void('q', 'anna');
  await queue.edit('q', () => undefined, claim('anna'));
  await vi.advanceTimersByTimeAsync(2000);
  expect(queue.owed).toBe(0);
  expect(owners()).toEqual(['other', 'anna']);
});

it('the claim of somebody else leaves the owed withdrawal as it is', async () => {
  const { queue, undoings, owners } = await owedFor('other');
  undoings.void('q', 'anna');
  await queue.edit('q', () => undefined, claim('anna'));
  await vi.advanceTimersByTimeAsync(2000);
  expect(owners()).toEqual(['anna']);
});
