import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from './folder.ts';
import { startServer } from './server.ts';

const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');

it('the copy that docs/operations.md makes of a running server is a whole one', async () => {
  const folder = temporaryFolder();
  const server = await startServer({ data: join(folder, 'DIR') });
  const ids = await server.registerMany(Array.from({ length: 700 }, (_, n) => `w${n}`));
  await server.send({ when: '2024-05-06' });
  const command = /```sh\n(npx node [^\n]+)\n/
    .exec(page)![1]!
    .replace('DIR/', `${folder}/DIR/`)
    .replace('backup.sqlite', join(folder, 'backup.sqlite'));
  execFileSync('sh', ['-c', command], { stdio: 'pipe' });
  await server.stop();

  const data = join(folder, 'restored');
  mkdirSync(data);
  copyFileSync(join(folder, 'backup.sqlite'), join(data, 'estrom.sqlite'));
  const restored = await startServer({ data });
  expect(await restored.matches([{ a: 'w3' }, { a: 'w699' }])).toEqual([[ids[3]], [ids[699]]]);
  await restored.register('when:hello');
  expect(await restored.matches([{ when: 'hello' }])).toEqual([[]]);
});
