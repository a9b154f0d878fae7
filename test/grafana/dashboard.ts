import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { parse } from 'yaml';
import type { Prometheus } from './prometheus.ts';

export interface Panel {
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

export interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: { readonly runbook: string };
}

/** @returns path of a file in grafana/ */
export function fileOf(path: string): string {
  return fileURLToPath(new URL(`../../grafana/${path}`, import.meta.url));
}

/** @returns the YAML document in grafana/ */
export function yamlOf(path: string) {
  return parse(readFileSync(fileOf(path), 'utf8'));
}

/** Rules of one group of alerts, or of all. */
export function alertRules(group?: string): readonly Rule[] {
  const { groups } = yamlOf('prometheus/alerts.yaml') as {
    groups: readonly { name: string; rules: readonly Rule[] }[];
  };
  return groups.flatMap(({ name, rules }) => (name === (group ?? name) ? rules : []));
}

/** A dashboard in grafana/, against a Prometheus. */
export class Dashboard {
  readonly panels: readonly Panel[];
  /** Title of the panel, name of the curve, PromQL as Grafana has it. */
  readonly expressions: readonly (readonly [title: string, legend: string, expr: string])[];

  constructor(name: string) {
    this.panels = JSON.parse(readFileSync(fileOf(`dashboards/${name}.json`), 'utf8')).panels;
    this.expressions = this.panels.flatMap(({ title, targets = [] }) =>
      targets.map(({ expr, legendFormat }) => [title, legendFormat, expr] as const),
    );
  }

  /** Whether any curve of a panel was above zero within the last minute. */
  async isAboveZero(prometheus: Prometheus, title: string): Promise<boolean> {
    const found = this.expressions.filter(([panel]) => panel === title);
    const samples = await Promise.all(
      found.map(([, , expr]) => prometheus.query(`max_over_time((${substitute(expr)})[1m:1s])`)),
    );
    return samples.flat().some(({ value }) => Number(value[1]) > 0);
  }

  expectTidy(): void {
    const { panels } = this;
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
  }
}

export async function expectData(prometheus: Prometheus, expr: string): Promise<void> {
  const values = async () => {
    const samples = await prometheus.query(substitute(expr));
    return samples.map(({ value }) => Number(value[1]));
  };
  // On a busy machine a rate may have nothing to divide by for a while.
  await expect
    .poll(values, { timeout: 25_000, interval: 250 })
    .toSatisfy((found: number[]) => found.length > 0 && !found.some(Number.isNaN));
}

/** Every metric that an alert looks at has to be there. */
export async function expectMetricsOf(prometheus: Prometheus, expr: string): Promise<void> {
  for (const selector of expr.match(/\b(estrom_\w+|up)(\{[^}]*\})?/g)!) {
    expect(await prometheus.query(selector), selector).not.toEqual([]);
  }
}

/** Details of what is shown already. */
const DETAILS = [
  /^estrom_percolate_bytes_total$/,
  /^estrom_ring_(hits|evicted)/,
  /_remembered_/,
  /^estrom_(documents_admitted|hits_left|query_removal_failures)_total$/,
];

/** @returns metrics of estrom's own that no panel shows */
export function unshown(metrics: string, dashboards: readonly Dashboard[]): string[] {
  const shown = dashboards
    .flatMap(({ expressions }) => expressions.map(([, , expr]) => expr))
    .join();
  const names = [...metrics.matchAll(/^# TYPE (estrom_(?!nodejs_|process_)\w+)/gm)].map(
    ([, name]) => name!,
  );
  return names.filter(
    (name) =>
      ![`${name}{`, `${name}_bucket{`].some((selector) => shown.includes(selector)) &&
      !DETAILS.some((detail) => detail.test(name)),
  );
}

/** What Grafana puts in. */
function substitute(expr: string): string {
  return expr
    .replaceAll('$instance', '.*')
    .replaceAll('$__rate_interval', '10s')
    .replaceAll('$__range', '15s');
}
