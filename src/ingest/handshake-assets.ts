import type { FastifyInstance } from 'fastify';
import { EstromError } from '../errors.ts';
import { readJsonBody } from './json-body.ts';
import type { Entry, Kind, Remembered } from './remembered.ts';
import { sendJson } from './reply.ts';

const ACKNOWLEDGED = '{"acknowledged":true}';
const MAX_NAME = 255;

interface Asset {
  readonly kind: Kind;
  readonly path: string;
  /** Answer to a GET, as JSON text. */
  readonly show: (entries: readonly Entry[]) => string;
  /** What is said when a name is not known; null: `{}`, as Elasticsearch does for the older ones. */
  readonly missing: ((name: string) => string) | null;
}

const name = (entry: Entry): string => JSON.stringify(entry.name);
const byName = (entries: readonly Entry[]): string =>
  `{${entries.map((entry) => `${name(entry)}:${entry.text}`).join()}}`;

const ASSETS: readonly Asset[] = [
  {
    kind: 'policy',
    path: '/_ilm/policy',
    show: (entries) => `{${entries.map(showPolicy).join()}}`,
    missing: (wanted) => `Lifecycle policy not found: ${wanted}`,
  },
  { kind: 'pipeline', path: '/_ingest/pipeline', show: byName, missing: null },
];

/** A policy's text is `{"policy":…}`: what Elasticsearch adds stands beside that member. */
function showPolicy(entry: Entry): string {
  const rest = entry.text.replace(/^\s*\{/, '').trimStart();
  const date = new Date(entry.at).toISOString();
  const added = `"version":${entry.version},"modified_date":"${date}"`;
  return `${name(entry)}:{${added}${rest.startsWith('}') ? '' : ','}${rest}`;
}

/**
 * Life cycle policies and pipelines: taken, remembered and shown again. They have no effect on
 * documents: nothing is stored, so nothing ages, and documents are matched as they were sent.
 */
export function assetRoutes(app: FastifyInstance, remembered: Remembered): void {
  for (const { kind, path, show, missing } of ASSETS) {
    app.get(path, (request, reply) => sendJson(request, reply, show(remembered.find(kind, '*'))));
    app.get<{ Params: { name: string } }>(`${path}/:name`, (request, reply) => {
      const wanted = request.params.name;
      const entries = remembered.find(kind, wanted);
      if (entries.length > 0 || wanted.includes('*'))
        return sendJson(request, reply, show(entries));
      if (missing === null) return sendJson(request, reply.code(404), '{}');
      throw new EstromError('NOT_FOUND', missing(wanted));
    });
    app.route<{ Params: { name: string } }>({
      method: ['PUT', 'POST'],
      url: `${path}/:name`,
      handler: async (request, reply) => {
        const { text } = await readJsonBody(request);
        remembered.put(kind, checkName(request.params.name), text);
        return sendJson(request, reply, ACKNOWLEDGED);
      },
    });
    app.delete<{ Params: { name: string } }>(`${path}/:name`, (request, reply) => {
      const wanted = request.params.name;
      if (remembered.delete(kind, wanted)) return sendJson(request, reply, ACKNOWLEDGED);
      throw new EstromError('NOT_FOUND', missing?.(wanted) ?? `[${wanted}] is missing`);
    });
  }
}

/** @throws EstromError BAD_REQUEST */
export function checkName(wanted: string): string {
  if (wanted.length <= MAX_NAME && !/[*,\s]/.test(wanted)) return wanted;
  throw new EstromError(
    'BAD_REQUEST',
    `invalid name [${wanted.slice(0, MAX_NAME)}]: no spaces, commas or stars, at most ${MAX_NAME} characters`,
  );
}
