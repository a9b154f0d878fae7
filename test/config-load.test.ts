import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SETTINGS } from '../src/config.ts';
import {
  environmentName,
  isLoopback,
  kebabName,
  loadConfig,
  printConfig,
  SETTING_NAMES,
} from '../src/config-load.ts';
import type { Setting } from '../src/config-setting.ts';
import { formatSetting } from '../src/config-values.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'estrom-config-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function yaml(text: string): string {
  const file = join(folder, 'estrom.yml');
  writeFileSync(file, text);
  return file;
}

const URLS: Readonly<Record<string, [string, string]>> = {
  elasticsearch: ['http://127.0.0.2', 'https://localhost'],
  crossbar: ['ws://127.0.0.2', 'wss://localhost'],
};

/** Two values that the table allows and that differ from the default. */
function samples(name: string, setting: Setting): [string, string] {
  const urls = URLS[name];
  if (urls !== undefined) return urls;
  if (setting.kind === 'boolean') return ['true', 'true'];
  if (setting.kind === 'string') {
    const [first, second] = setting.oneOf ?? ['127.0.0.2', 'localhost'];
    return [first!, second!];
  }
  const least = setting.min ?? 0;
  return [formatSetting(setting, least + 1), formatSetting(setting, least + 2)];
}

function tooSmall(setting: Setting): string {
  if (setting.kind === 'boolean') return 'perhaps';
  return setting.kind === 'string' && !setting.oneOf ? '' : '-1';
}

describe.each(SETTING_NAMES)('setting %s', (name) => {
  const setting: Setting = SETTINGS[name];
  const [first, second] = samples(name, setting);
  const key = kebabName(name);
  const variable = environmentName(name);

  it('has a default that the table itself allows', () => {
    const text = formatSetting(setting, setting.default);
    expect(loadConfig({ [name]: text }, {}).config[name]).toBe(setting.default);
    expect(loadConfig({}, {}).config[name]).toBe(setting.default);
  });

  it('is taken from the flag before the environment before the file before the default', () => {
    const file = yaml(`${key}: "${second}"\n`);
    // Where the setting cannot stand alone.
    const others: Record<string, string> =
      name === 'forward' ? { ESTROM_ELASTICSEARCH: 'http://a' } : {};
    const from = (flags: Record<string, string>, env: Record<string, string>, path?: string) =>
      loadConfig(flags, { ...others, ...env }, path).origins[name];
    expect(from({ [name]: first }, { [variable]: second }, file)).toBe(`--${key}`);
    expect(from({}, { [variable]: first }, file)).toBe(variable);
    expect(from({}, {}, file)).toBe(`${key} in ${file}`);
    expect(from({}, {})).toBe('default');

    const inFile = loadConfig({}, others, file).config[name];
    expect(loadConfig({ [name]: second }, others).config[name]).toBe(inFile);
  });

  it('refuses a value beyond its limits and says what is allowed and where it was written', () => {
    const bad = tooSmall(setting);
    // A text that may be empty takes every text.
    if (bad !== setting.default) {
      expect(() => loadConfig({ [name]: bad }, {})).toThrow(`--${key} is "${bad}", but must be `);
      expect(() => loadConfig({}, { [variable]: bad })).toThrow(`${variable} is "${bad}"`);
    }
    const file = yaml(`${key}: [1]\n`);
    expect(() => loadConfig({}, {}, file)).toThrow(`${key} in ${file} is [1], but must be `);
  });
});

describe('settings', () => {
  it('reads bytes and durations with units', () => {
    const bytes = (text: string) =>
      loadConfig({ maxDocumentBytes: text }, {}).config.maxDocumentBytes;
    expect([bytes('32mb'), bytes('64KiB'), bytes('2048'), bytes('1.5 MB')]).toEqual([
      33_554_432, 65_536, 2048, 1_572_864,
    ]);
    const time = (text: string) => loadConfig({ hold: text }, {}).config.hold;
    expect([time('8s'), time('500ms'), time('10m'), time('250')]).toEqual([
      8000, 500, 600_000, 250,
    ]);
    expect(() => bytes('32 parsecs')).toThrow('a number of bytes');
    expect(() => time('25d')).toThrow('to 24d');
    expect(() => loadConfig({ port: '80.5' }, {})).toThrow('from 0 to 65535');
    expect(() => loadConfig({ port: '1e3' }, {})).toThrow('from 0 to 65535');
  });

  it('names the nearest setting when it does not know one', () => {
    expect(() => loadConfig({}, { ESTROM_PROT: '1' })).toThrow('did you mean ESTROM_PORT?');
    expect(() => loadConfig({}, {}, yaml('outbux: 1mb\n'))).toThrow('did you mean outbox?');
    expect(() => loadConfig({}, {}, yaml('logLevel: info\n'))).toThrow('did you mean log-level?');
  });

  it('refuses a file that is missing, broken or not a map', () => {
    expect(() => loadConfig({}, {}, join(folder, 'none.yml'))).toThrow(/cannot read.*ENOENT/);
    expect(() => loadConfig({}, {}, yaml('port: [1\n'))).toThrow(/not valid YAML: .*line 2/);
    expect(() => loadConfig({}, {}, yaml('port: 1\nport: 2\n'))).toThrow(/must be unique/);
    expect(() => loadConfig({}, {}, yaml('- 1\n'))).toThrow('must hold lines such as');
    expect(loadConfig({}, {}, yaml('# nothing\n')).config.port).toBe(9280);
  });

  it('takes the file from ESTROM_CONFIG unless the flag names one', () => {
    const file = yaml('port: 1234\n');
    expect(loadConfig({}, { ESTROM_CONFIG: file }).config.port).toBe(1234);
    expect(() => loadConfig({}, { ESTROM_CONFIG: file }, 'none.yml')).toThrow('none.yml');
  });

  it('refuses to listen off loopback without --insecure', () => {
    expect(() => loadConfig({ host: '0.0.0.0' }, {})).toThrow('add --insecure');
    expect(loadConfig({ host: '0.0.0.0', insecure: true }, {}).config.host).toBe('0.0.0.0');
    expect(['127.0.0.1', '127.9.9.9', '::1', 'localhost'].every(isLoopback)).toBe(true);
    expect(['::', '10.0.0.1', '127.0.0.1.evil.com', 'localhost.evil.com'].some(isLoopback)).toBe(
      false,
    );
  });

  it('is frozen', () => {
    expect(Object.isFrozen(loadConfig({}, {}).config)).toBe(true);
  });

  it('shows no secret and no password', () => {
    const loaded = loadConfig(
      {
        elasticsearch: 'https://elastic:s3cr%40et@a:9200,https://b:p:w@c:9200/path',
        elasticsearchApiKey: 'topsecret',
        crossbarSecret: 'alsosecret',
        crossbar: 'wss://user:hush@host/ws',
      },
      {},
    );
    const text = printConfig(loaded);
    expect(text).toContain('elasticsearch: "https://elastic:***@a:9200,https://b:***@c:9200/path"');
    expect(text).toContain('elasticsearch-api-key: "***"');
    expect(text).toContain('crossbar-secret: "***"');
    expect(text).toContain('crossbar: "wss://user:***@host/ws"');
    expect(text).not.toMatch(/s3cr|p:w|topsecret|alsosecret|hush/);
  });

  it('prints itself as a file that gives the same settings again', () => {
    const loaded = loadConfig({ hold: '1500ms', outbox: '96kb', host: 'localhost' }, {});
    const text = printConfig(loaded);
    expect(text).toContain('hold: 1500ms # --hold\n');
    expect(loadConfig({}, {}, yaml(text)).config).toEqual(loaded.config);
  });
});
