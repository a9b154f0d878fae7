import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from './folder.ts';
import { startServer, type TestServer } from './server.ts';

const COUNT = 1500;
const LOADED = 'kept state is loaded';
const UNUSABLE = /a segment file cannot be used/;

/** A folder with segments of many queries, some of them deleted after they were saved. */
async function filledFolder(): Promise<{ data: string; ids: string[]; files: string[] }> {
  const data = temporaryFolder();
  const first = await startServer({ data });
  const ids = await first.registerMany(Array.from({ length: COUNT }, (_, n) => `w${n} AND all`));
  await first.stop();
  const second = await startServer({ data });
  for (const id of ids.slice(0, 3)) await second.delete(id);
  await second.stop();
  const folder = join(data, 'segments');
  const files = readdirSync(folder).map((name) => join(folder, name));
  return { data, ids, files };
}

async function expectWhole(server: TestServer, ids: readonly string[]): Promise<void> {
  expect(await server.total()).toBe(COUNT - 3);
  const documents = ids.map((_, n) => ({ a: `w${n} all` }));
  expect(await server.matches(documents)).toEqual(ids.map((id, n) => (n < 3 ? [] : [id])));
}

function logged(server: TestServer, message: string | RegExp) {
  return server.logged.filter(({ msg }) => RegExp(message).test(msg));
}

describe('segments in files', () => {
  it('are loaded as they are', async () => {
    const { data, ids, files } = await filledFolder();
    expect(files.length).toBeGreaterThan(0);
    const server = await startServer({ data });
    const [loaded] = logged(server, LOADED);
    // What had not made a segment of its own is small and compiled anew.
    expect(loaded?.['compiled']).toBeLessThan(COUNT / 2);
    await expectWhole(server, ids);
  });

  it.each([
    ['of which a byte is wrong', /the checksum is/, flipByte],
    ['that was cut short', /has \d+ bytes, not/, (file: string) => truncateSync(file, 1000)],
    ['that was emptied', /has 0 bytes, not/, (file: string) => truncateSync(file, 0)],
    ['that was deleted', /is missing/, (file: string) => rmSync(file)],
  ])('one %s is named and its queries compiled again', async (_name, fault, damage) => {
    const { data, ids, files } = await filledFolder();
    for (const file of files) damage(file);
    const server = await startServer({ data });
    const faults = logged(server, UNUSABLE);
    expect(faults.map(({ file }) => file).toSorted()).toEqual(files.toSorted());
    for (const each of faults) expect(each['fault']).toMatch(fault);
    expect(await server.metric('estrom_segment_file_faults_total')).toBe(files.length);
    await expectWhole(server, ids);
    await server.stop();

    const healed = await startServer({ data });
    expect(logged(healed, UNUSABLE)).toEqual([]);
    await expectWhole(healed, ids);
  });

  it('that no set names are removed', async () => {
    const { data } = await filledFolder();
    const stray = join(data, 'segments', '999.segment.tmp');
    writeFileSync(stray, 'half of something');
    const server = await startServer({ data });
    await server.registerMany(Array.from({ length: 600 }, (_, n) => `more${n}`));
    await server.stop();
    expect(readdirSync(join(data, 'segments'))).not.toContain('999.segment.tmp');
  });
});

function flipByte(file: string): void {
  const bytes = readFileSync(file);
  const middle = bytes.length >> 1;
  bytes[middle] = bytes[middle]! ^ 1;
  writeFileSync(file, bytes);
}
