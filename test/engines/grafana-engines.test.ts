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
import { FaultProxy } from './faults/fault-proxy.ts';
import { EnginesLoad } from './grafana/load.ts';

const elasticsearch = inject('elasticsearch');
const prefix = `grafana-${randomUUID().slice(0, 8)}`;
const dashboard = new Dashboard('estrom-engines');
/** Panels that stay at zero as long as nothing fails, or are above it for a moment only. */
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
let toElasticsearch: FaultProxy;
let toCrossbar: FaultProxy;
let load: EnginesLoad;
let prometheus: Prometheus;

async function start(...flags: string[]): Promise<string> {
  const [server, url] = await startServer([
    ...['--elasticsearch', toElasticsearch.url, '--elasticsearch-prefix', prefix],
    ...['--crossbar', `ws://127.0.0.1:${toCrossbar.port}/backend`],
    ...['--drain-timeout', '2s', ...flags],
  ]);
  servers.push(server);
  return url;
}

beforeAll(async () => {
  crossbar = await Crossbar.start();
  toElasticsearch = await FaultProxy.open(elasticsearch);
  toCrossbar = await FaultProxy.open(crossbar.backend);
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
  await Promise.all([toElasticsearch?.close(), toCrossbar?.close()]);
  await crossbar?.stop();
  await fetch(`${elasticsearch}/${prefix}-*?expand_wildcards=all`, { method: 'DELETE' });
  rmSync(scratch, { recursive: true, force: true });
});

async function metricsOf(url: string): Promise<string> {
  return (await fetch(`${url}/metrics`)).text();
}

/** Sent to Crossbar.io by the node that does everything, and not acknowledged. */
async function pendingPublications(): Promise<number> {
  const text = await metricsOf(urls[0]!);
  return Number(/^estrom_crossbar_pending_publications (\d+)$/m.exec(text)?.[1]);
}

/** Resolves when a panel shows something. */
async function aboveZero(title: string): Promise<void> {
  await expect
    .poll(() => dashboard.isAboveZero(prometheus, title), { timeout: 60_000, interval: 250 })
    .toBe(true);
}

/** Resolves when the condition of an alert holds, or does no more, whatever its patience. */
async function alerts(alert: string, holds: boolean): Promise<void> {
  const state = () => prometheus.query(`ALERTS{alertname="${alert}"}`);
  await expect
    .poll(async () => (await state()).length > 0, { timeout: 60_000, interval: 250 })
    .toBe(holds);
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
    await aboveZero(title);
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

describe('a fault', () => {
  it('of Elasticsearch is shown and told', async () => {
    await toElasticsearch.leave();
    await alerts('EstromElasticsearchAway', true);
    await aboveZero('Waiting for Elasticsearch');
    await aboveZero('Waiting for Elasticsearch by node');
    await alerts('EstromLeaseLost', true);
    await toElasticsearch.pass();
    await alerts('EstromElasticsearchAway', false);
  });

  it('of Crossbar.io is shown and told', async () => {
    // What is cut while nothing is under way has nothing to send again.
    toCrossbar.stall();
    await expect.poll(pendingPublications, { timeout: 20_000, interval: 50 }).toBeGreaterThan(0);
    await toCrossbar.leave();
    await alerts('EstromCrossbarAway', true);
    await toCrossbar.pass();
    await alerts('EstromCrossbarAway', false);
    await aboveZero('Sessions begun and lost');
    await aboveZero('Publications in trouble');
  });
});
