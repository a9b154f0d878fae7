import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kebabName, SETTING_NAMES } from '../../src/config-load.ts';
import type { Run } from '../cli/tail-runs.ts';
import { startServer } from '../cli/tail-runs.ts';
import {
  alertRules,
  Dashboard,
  expectData,
  expectMetricsOf,
  fileOf,
  unshown,
  yamlOf,
} from './dashboard.ts';
import { Load } from './load.ts';
import { Prometheus, promtool } from './prometheus.ts';

const dashboard = new Dashboard('estrom');
const subscriptions = new Dashboard('estrom-subscriptions');
const rules = alertRules();

const scratch = mkdtempSync(join(tmpdir(), 'estrom-grafana-'));
let server: Run;
let url: string;
let load: Load;
let prometheus: Prometheus;
beforeAll(async () => {
  [server, url] = await startServer(['--data', join(scratch, 'data')]);
  const alerts = fileOf('prometheus/alerts.yaml');
  prometheus = await Prometheus.start(scratch, [new URL(url).host], alerts);
  load = new Load(url);
  await load.start();
  await prometheus.scraped(18);
});
afterAll(async () => {
  await load?.stop();
  await Promise.all([prometheus?.stop(), server?.stop()]);
  rmSync(scratch, { recursive: true, force: true });
});

describe('the dashboard', () => {
  it.each(dashboard.expressions)('has data for %s: %s', async (_title, _legend, expr) => {
    await expectData(prometheus, expr);
  });

  it.each([
    ...[
      'Documents accepted',
      'Hits delivered',
      'Bytes in',
      'Registered queries',
      'Tails',
      'Bytes out',
    ],
    ...['Busy share of each worker', 'Candidates and matches per document'],
    ...[
      'Malformed documents and type conflicts',
      'Disconnects by reason',
      'Memory',
      'Event-loop delay',
    ],
    ...['Commits of kept state', 'Registrations', 'Ingest buffer'],
  ])('shows the load at %s', async (title) => {
    expect(await dashboard.isAboveZero(prometheus, title)).toBe(true);
  });

  it('shows every metric of estrom once at least', async () => {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(unshown(metrics, [dashboard, subscriptions])).toEqual([]);
  });

  it('has panels that do not overlap, each with an id of its own', () => {
    dashboard.expectTidy();
    subscriptions.expectTidy();
  });
});

describe('the alert rules', () => {
  it('are valid, and so is the configuration that loads them', () => {
    promtool(['check', 'rules', fileOf('prometheus/alerts.yaml')]);
    promtool(['check', 'config', '--lint=all', fileOf('prometheus/prometheus.yaml')]);
  });

  it('fire when they should and are silent before, each of them', () => {
    promtool(['test', 'rules', fileOf('prometheus/alerts.test.yaml')]);
    const { tests } = yamlOf('prometheus/alerts.test.yaml') as {
      tests: readonly {
        alert_rule_test: readonly { alertname: string; exp_alerts: readonly unknown[] }[];
      }[];
    };
    const fired = tests
      .flatMap(({ alert_rule_test }) => alert_rule_test)
      .filter(({ exp_alerts }) => exp_alerts.length > 0);
    const names = new Set(fired.map(({ alertname }) => alertname));
    expect([...names]).toEqual(rules.map(({ alert }) => alert));
  });

  it('are evaluated without an error by a real Prometheus', async () => {
    await expect
      .poll(() => prometheus.rules(), { timeout: 20_000 })
      .toEqual(rules.map(({ alert }) => `${alert}: ok`));
  });

  it.each(alertRules('estrom').map(({ alert, expr }) => [alert, expr]))(
    '%s looks at metrics that exist',
    async (_alert, expr) => {
      await expectMetricsOf(prometheus, expr!);
    },
  );

  it('come with advice that names settings which exist', () => {
    const flags = SETTING_NAMES.map((name) => `--${kebabName(name)}`);
    for (const { annotations } of rules) {
      for (const flag of annotations.runbook.match(/--[a-z-]+[a-z]/g) ?? []) {
        expect(flags).toContain(flag);
      }
    }
  });
});

describe('the metrics', () => {
  it('are named and described as Prometheus wants it', async () => {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(promtool(['check', 'metrics'], metrics)).toBe('');
  });
});
