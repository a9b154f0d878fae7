import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

test('the configuration that docs/scaling.md gives is the one that is tested', () => {
  const program = `import json, sys; sys.path.insert(0, sys.argv[1]); from node_config import node_config
config = node_config(8080, 'ticket', 'authorized')
# Here the router listens on loopback alone.
del config['workers'][0]['transports'][0]['endpoint']['interface']
print(json.dumps(config))`;
  const tested = execFileSync('python3', ['-c', program, path('crossbar')], { encoding: 'utf8' });
  expect(JSON.parse(readFileSync(path('../../docs/crossbar.json'), 'utf8'))).toEqual(
    JSON.parse(tested),
  );
});
