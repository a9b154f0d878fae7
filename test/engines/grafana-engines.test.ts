import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Run, startServer } from '../cli/tail-runs.ts';
import {
  alertRules,
  Dashboard,
  expectData,
  expectMetricsOf,
  fileOf,
  unshown,
} from '../grafana/dashboard.ts';
import { Prometheus, promtool } from '../grafana/prometheus.ts';
import { Crossbar } from './crossbar.ts';
import { EnginesLoad } from './grafana/load.ts';

const elasticsearch = inject('elasticsearch');
const prefix = `grafana-${randomUUID().slice(0, 8)}`;
const dashboard = new Dashboard('estrom-engines');
/** Panels that stay at zero as long as nothing fails, and those of what is over at once. */
const FAULTS = [
  'Waiting for Elasticsearch',
  'Waiting for Elasticsearch by node',
  'Paused queries',
  'Sessions begun and lost',
  'Publications in trouble',
  'Changes in trouble',
  'Changes not written yet',
  'Hits lost between nodes',
  'Losses told',
];

const scratch = mkdtempSync(join(tmpdir(), 'estrom-grafana-'));
const servers: Run[] = [];
let urls: string[];
let crossbar: Crossbar;
let load: EnginesLoad;
let prometheus: Prometheus;

async function start(...flags: string[]): Promise<string> {
  const [server, url] = await startServer([
    ...['--elasticsearch', elasticsearch, '--elasticsearch-prefix', prefix],
    ...['--crossbar', crossbar.backend, '--drain-timeout', '2s', ...flags],
  ]);
  servers.push(server);
  return url;
}

beforeAll(async () => {
  crossbar = await Crossbar.start();
  const whole = await start('--forward');
  const [beater, endless] = await Promise.all(
    ['beater', 'endless'].map((role) => start('--roles', role)),
  );
  urls = [whole, beater!, endless!];
  const hosts = urls.map((url) => new URL(url).host);
  prometheus = await Prometheus.start(scratch, hosts, fileOf('prometheus/alerts.yaml'));
  load = new EnginesLoad({ elasticsearch, whole, beater: beater!, endless: endless!, prefix });
  await load.start();
  await prometheus.scraped(20);
});

afterAll(async () => {
  await load?.stop();
  await Promise.all([prometheus?.stop(), ...servers.map((server) => server.stop())]);
  await crossbar?.stop();
  await fetch(`${elasticsearch}/${prefix}-*?expand_wildcards=all`, { method: 'DELETE' });
  rmSync(scratch, { recursive: true, force: true });
});

async function metricsOf(url: string): Promise<string> {
  return (await fetch(`${url}/metrics`)).text();
}

describe('the dashboard of engines and nodes', () => {
  it.each(dashboard.expressions)('has data for %s: %s', async (_title, _legend, expr) => {
    await expectData(prometheus, expr);
  });

  it.each(
    dashboard.panels
      .filter(({ type, title }) => type !== 'row' && !FAULTS.includes(title))
      .map(({ title }) => title),
  )('shows the load at %s', async (title) => {
    await expect
      .poll(() => dashboard.isAboveZero(prometheus, title), { timeout: 20_000, interval: 250 })
      .toBe(true);
  });

  it('names only panels that it has as those of faults', () => {
    const titles = dashboard.panels.map(({ title }) => title);
    expect(FAULTS.filter((title) => !titles.includes(title))).toEqual([]);
  });

  it('shows, with the first one, every metric of every node once at least', async () => {
    const texts = await Promise.all(urls.map(metricsOf));
    expect(unshown(texts.join('\n'), [new Dashboard('estrom'), dashboard])).toEqual([]);
  });

  it('has panels that do not overlap, each with an id of its own', () => {
    dashboard.expectTidy();
  });
});

describe('the alerts of engines and nodes', () => {
  it.each(alertRules('estrom-engines').map(({ alert, expr }) => [alert, expr]))(
    '%s looks at metrics that exist',
    async (_alert, expr) => {
      await expectMetricsOf(prometheus, expr!);
    },
  );

  it('are silent while nothing fails', async () => {
    for (const { alert } of alertRules('estrom-engines')) {
      expect(await prometheus.query(`ALERTS{alertname="${alert}"}`), alert).toEqual([]);
    }
  });
});

describe('the metrics of engines and nodes', () => {
  it('are named and described as Prometheus wants it', async () => {
    for (const url of urls) expect(promtool(['check', 'metrics'], await metricsOf(url))).toBe('');
  });
});
