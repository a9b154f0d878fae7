import type { FastifyInstance } from 'fastify';
import { EstromError } from '../errors.ts';
import type { Metrics } from '../metrics.ts';

/** Settings that refuse whole requests and connections. */
export const LIMIT_SETTINGS = [
  'max-body-bytes',
  'max-decompressed-bytes',
  'max-connections',
  'max-tails',
  'max-queries',
  'registrations-per-second',
  'header-timeout',
  'body-idle-timeout',
] as const;

export type LimitSetting = (typeof LIMIT_SETTINGS)[number];

/** Counts what was refused because of a limit, and what access control refused. */
export class Refusals {
  readonly #bySetting = new Map<string, number>(LIMIT_SETTINGS.map((setting) => [setting, 0]));
  #unauthenticated = 0;
  #forbidden = 0;

  constructor(metrics: Metrics | null) {
    metrics?.observedCounterBy(
      'estrom_limit_refusals_total',
      'Requests and connections refused because of a limit, by the setting',
      'setting',
      LIMIT_SETTINGS,
      (setting) => this.#bySetting.get(setting) ?? 0,
    );
    metrics?.observedCounterBy(
      'estrom_access_refusals_total',
      'Requests without a known token (401), and those that a token, page or host may not make (403)',
      'status',
      ['401', '403'],
      (status) => (status === '401' ? this.#unauthenticated : this.#forbidden),
    );
  }

  limit(setting: LimitSetting): void {
    this.#bySetting.set(setting, this.#bySetting.get(setting)! + 1);
  }

  /** Limits name their setting in the error's details. */
  error(error: unknown): void {
    if (!(error instanceof EstromError)) return;
    if (error.status === 401) this.#unauthenticated++;
    if (error.status === 403) this.#forbidden++;
    const { setting } = error.details;
    if (typeof setting !== 'string') return;
    const count = this.#bySetting.get(setting);
    if (count !== undefined) this.#bySetting.set(setting, count + 1);
  }

  /** Counts the errors of all routes that are added from now on. */
  watch(app: FastifyInstance): void {
    app.addHook('onError', (_request, reply, error, done) => {
      this.error(error);
      // The rest of a body that is too long is not worth reading.
      const { setting } = (error as Partial<EstromError>).details ?? {};
      if (setting === 'max-body-bytes' || setting === 'max-decompressed-bytes') {
        reply.header('connection', 'close');
      }
      done();
    });
  }
}
