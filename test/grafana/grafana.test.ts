import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { kebabName, SETTING_NAMES } from '../../src/config-load.ts';
import type { Run } from '../cli/tail-runs.ts';
import { startServer } from '../cli/tail-runs.ts';
import { Load } from './load.ts';
import { Prometheus, promtool } from './prometheus.ts';

const folder = fileURLToPath(new URL('../../grafana/', import.meta.url));
const file = (path: string) => join(folder, path);
const read = (path: string) => readFileSync(file(path), 'utf8');

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}
const { panels } = JSON.parse(read('dashboards/estrom.json')) as { panels: readonly Panel[] };
const expressions = panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr, legendFormat }) => [title, legendFormat, expr] as const),
);

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: { readonly runbook: string };
}
const rules = parse(read('prometheus/alerts.yaml')).groups[0].rules as readonly Rule[];

/** What Grafana puts in. */
function substitute(expr: string): string {
  return expr
    .replaceAll('$instance', '.*')
    .replaceAll('$__rate_interval', '10s')
    .replaceAll('$__range', '15s');
}

const scratch = mkdtempSync(join(tmpdir(), 'estrom-grafana-'));
let server: Run;
let url: string;
let load: Load;
let prometheus: Prometheus;
beforeAll(async () => {
  [server, url] = await startServer(['--data', join(scratch, 'data')]);
  prometheus = await Prometheus.start(scratch, new URL(url).host, file('prometheus/alerts.yaml'));
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
  it.each(expressions)('has data for %s: %s', async (_title, _legend, expr) => {
    const samples = await prometheus.query(substitute(expr));
    expect(samples).not.toEqual([]);
    for (const { value } of samples) expect(Number(value[1])).not.toBeNaN();
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
    const found = expressions.filter(([panel]) => panel === title);
    const samples = await Promise.all(
      found.map(([, , expr]) => prometheus.query(substitute(expr))),
    );
    expect(samples.flat().some(({ value }) => Number(value[1]) > 0)).toBe(true);
  });

  it('shows every metric of estrom once at least', async () => {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    const names = [...metrics.matchAll(/^# TYPE (estrom_(?!nodejs_|process_)\w+)/gm)].map(
      ([, name]) => name!,
    );
    const shown = expressions.map(([, , expr]) => expr).join();
    // Details of what is shown already.
    const details = [
      /^estrom_percolate_bytes_total$/,
      /^estrom_ring_(hits|evicted)/,
      /_remembered_/,
    ];
    details.push(/^estrom_(documents_admitted|hits_left|query_removal_failures)_total$/);
    const missing = names.filter(
      (name) => !shown.includes(`${name}{`) && !details.some((detail) => detail.test(name)),
    );
    expect(missing).toEqual([]);
  });

  it('has panels that do not overlap, each with an id of its own', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const taken = new Set<string>();
    for (const { title, gridPos } of panels) {
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken.has(`${x},${y}`), `${title} lies on another panel`).toBe(false);
          taken.add(`${x},${y}`);
        }
      }
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
    }
  });
});

describe('the alert rules', () => {
  it('are valid, and so is the configuration that loads them', () => {
    promtool(['check', 'rules', file('prometheus/alerts.yaml')]);
    promtool(['check', 'config', '--lint=all', file('prometheus/prometheus.yaml')]);
  });

  it('fire when they should and are silent before, each of them', () => {
    promtool(['test', 'rules', file('prometheus/alerts.test.yaml')]);
    const { tests } = parse(read('prometheus/alerts.test.yaml')) as {
      tests: readonly {
        alert_rule_test: readonly { alertname: string; exp_alerts: readonly unknown[] }[];
      }[];
    };
    const fired = tests
      .flatMap(({ alert_rule_test }) => alert_rule_test)
      .filter(({ exp_alerts }) => exp_alerts.length > 0);
    expect(fired.map(({ alertname }) => alertname)).toEqual(rules.map(({ alert }) => alert));
  });

  it('are evaluated without an error by a real Prometheus', async () => {
    await expect
      .poll(() => prometheus.rules(), { timeout: 20_000 })
      .toEqual(rules.map(({ alert }) => `${alert}: ok`));
  });

  it.each(rules.map(({ alert, expr }) => [alert, expr]))(
    '%s looks at metrics that exist',
    async (_alert, expr) => {
      const selectors = expr.match(/\b(estrom_\w+|up)(\{[^}]*\})?/g)!;
      for (const selector of selectors) {
        expect(await prometheus.query(selector), selector).not.toEqual([]);
      }
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
