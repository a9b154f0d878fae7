import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../src/config.ts';
import { environmentName, kebabName, SETTING_NAMES, type SettingName } from '../src/config-load.ts';
import type { Setting } from '../src/config-setting.ts';
import { describeAllowed, formatSetting } from '../src/config-values.ts';

const root = new URL('../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

function defaultOf(name: SettingName): string {
  const setting: Setting = SETTINGS[name];
  if (name === 'workers') return 'one less than the machine has processors';
  const usual = formatSetting(setting, setting.default);
  return usual === '' ? '' : `\`${usual}\``;
}

function configurationPage(): string {
  const rows = SETTING_NAMES.map((name) => {
    const setting: Setting = SETTINGS[name];
    const names = `\`--${kebabName(name)}\`<br>\`${environmentName(name)}\``;
    return `| ${names} | ${setting.help} | ${defaultOf(name)} | ${describeAllowed(setting)} |`;
  });
  return `# Configuration

Every setting is a flag, an environment variable, and a line of the YAML file that \`--config FILE\` or
\`ESTROM_CONFIG\` names (there without the dashes: \`log-level: debug\`). A flag goes before the environment,
the environment before the file, the file before the default. Unknown names and bad values are refused
with exit code 2. \`estrom --print-config\` shows what is in force and where it came from, as a file that
\`--config\` takes.

Units of bytes (\`kb\`, \`mb\`, \`gb\`, also \`KiB\`) are powers of 1024; without a unit it is bytes. Durations have
\`ms\`, \`s\`, \`m\`, \`h\` or \`d\`; without a unit it is milliseconds.

| setting | what it is | default | takes |
| --- | --- | --- | --- |
${rows.join('\n')}

In Kubernetes a service called \`estrom\` puts variables such as \`ESTROM_PORT\` into every pod, which are not
settings: set \`enableServiceLinks: false\`.
`;
}

describe('the documents', () => {
  it('describe every setting (made from the table by: npx vitest run test/docs.test.ts -u)', async () => {
    await expect(configurationPage()).toMatchFileSnapshot('../docs/configuration.md');
  });

  it('give a reason for every dependency', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json'));
    const page = read('docs/dependencies.md');
    for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
      expect(page).toContain(`\`${name}\``);
    }
  });

  it('link to files that exist and name files that exist', () => {
    const folders = ['src', 'test'].flatMap((folder) =>
      readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' }).map(
        (path) => `${folder}/${path}`,
      ),
    );
    const shippers = readdirSync(new URL('docs/shippers', root)).map(
      (name) => `docs/shippers/${name}`,
    );
    for (const page of [
      'README.md',
      'ARCHITECTURE.md',
      'CONTRIBUTING.md',
      'docs/dependencies.md',
      ...shippers,
    ]) {
      const text = read(page);
      for (const [, link] of text.matchAll(/\]\(([^):#]+)\)/g)) {
        const target = fileURLToPath(new URL(link!, new URL(page, root)));
        expect(existsSync(target), `${page} links to ${link}`).toBe(true);
      }
      for (const [, path] of text.matchAll(/`([\w/-]+\.(?:ts|js))`/g)) {
        const known = folders.some((file) => file === path || file.endsWith(`/${path}`));
        expect(known, `${page} names ${path}`).toBe(true);
      }
    }
  });
});
