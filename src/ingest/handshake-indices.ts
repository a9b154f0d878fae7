import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { EstromError } from '../errors.ts';
import { badIndexName, validateIndexName } from '../index-name.ts';
import { resolveIndexMath } from './index-math.ts';
import { MAX_JSON_BODY, readJsonBody } from './json-body.ts';
import type { Entry, Remembered } from './remembered.ts';
import { sendJson } from './reply.ts';

interface IndexParams {
  readonly index: string;
}
interface AliasParams {
  readonly index?: string;
  readonly alias?: string;
}
type Body = Readonly<Record<string, unknown>>;

const ACKNOWLEDGED = '{"acknowledged":true}';

/**
 * Indices, aliases and data streams as shippers make them before they send: remembered and shown
 * again. Documents are taken for any index, whether it was made or not.
 */
export function indexRoutes(app: FastifyInstance, remembered: Remembered): void {
  dataStreamRoutes(app, remembered);
  aliasRoutes(app, remembered);
  for (const action of ['_refresh', '_flush']) {
    for (const url of [`/${action}`, `/:index/${action}`]) {
      app.route({ method: ['GET', 'POST'], url, handler: nothingToDo });
    }
  }
  app.get<{ Params: IndexParams }>('/:index', (request, reply) => {
    const { index } = request.params;
    // Elasticsearch's own addresses begin with _: one that is not here is a missing route.
    if (index.startsWith('_')) return reply.callNotFound();
    const entries = remembered.find('index', index);
    const shown = entries.length > 0 ? entries : behind(remembered, index);
    if (shown.length === 0 && !index.includes('*')) throw missingIndex(index);
    return sendJson(request, reply, `{${shown.map(showIndex).join()}}`);
  });
  app.put<{ Params: IndexParams }>('/:index', async (request, reply) => {
    const index = concreteName(request.params.index);
    const { text, value } = await readJsonBody(request);
    if (remembered.get('index', index) !== undefined || remembered.get('alias', index)) {
      throw new EstromError('ALREADY_EXISTS', `index [${index}] already exists`, { index });
    }
    remembered.put('index', index, text);
    for (const [alias, properties] of Object.entries(asObject(value['aliases']))) {
      addAlias(remembered, index, alias, asObject(properties));
    }
    return sendJson(request, reply, { acknowledged: true, shards_acknowledged: true, index });
  });
  app.delete<{ Params: IndexParams }>('/:index', (request, reply) => {
    const { index } = request.params;
    if (!remembered.delete('index', index)) throw missingIndex(index);
    return sendJson(request, reply, ACKNOWLEDGED);
  });
}

function aliasRoutes(app: FastifyInstance, remembered: Remembered): void {
  const show = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const { index, alias = '*' } = request.params as AliasParams;
    const found = remembered.find('alias', alias);
    const byIndex = new Map<string, Record<string, unknown>>();
    for (const entry of found) {
      for (const [name, properties] of Object.entries(parsed(entry))) {
        if (index !== undefined && index !== name) continue;
        byIndex.set(name, { ...byIndex.get(name), [entry.name]: properties });
      }
    }
    if (byIndex.size === 0 && !alias.includes('*')) {
      const body = { error: `alias [${alias}] missing`, status: 404 };
      return sendJson(request, reply.code(404), body);
    }
    const entries = [...byIndex].map(([name, aliases]) => [name, { aliases }]);
    return sendJson(request, reply, Object.fromEntries(entries));
  };
  for (const url of ['/_alias', '/_alias/:alias', '/:index/_alias', '/:index/_alias/:alias']) {
    app.get(url, show);
  }
  app.route<{ Params: Required<AliasParams> }>({
    method: ['PUT', 'POST'],
    url: '/:index/_alias/:alias',
    handler: async (request, reply) => {
      const { value } = await readJsonBody(request);
      const { index, alias } = request.params;
      addAlias(remembered, concreteName(index), alias, value);
      return sendJson(request, reply, ACKNOWLEDGED);
    },
  });
}

function dataStreamRoutes(app: FastifyInstance, remembered: Remembered): void {
  const show = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const { index = '*' } = request.params as Partial<IndexParams>;
    const entries = remembered.find('data-stream', index);
    if (entries.length === 0 && !index.includes('*')) throw missingIndex(index);
    return sendJson(request, reply, { data_streams: entries.map(dataStream) });
  };
  app.get('/_data_stream', show);
  app.get('/_data_stream/:index', show);
  app.put<{ Params: IndexParams }>('/_data_stream/:index', (request, reply) => {
    const index = concreteName(request.params.index);
    if (remembered.get('data-stream', index) !== undefined) {
      throw new EstromError('ALREADY_EXISTS', `data_stream [${index}] already exists`, { index });
    }
    remembered.put('data-stream', index, '{}');
    return sendJson(request, reply, ACKNOWLEDGED);
  });
  app.delete<{ Params: IndexParams }>('/_data_stream/:index', (request, reply) => {
    const { index } = request.params;
    if (!remembered.delete('data-stream', index)) throw missingIndex(index);
    return sendJson(request, reply, ACKNOWLEDGED);
  });
}

function dataStream({ name }: Entry): unknown {
  return {
    name,
    timestamp_field: { name: '@timestamp' },
    indices: [],
    generation: 1,
    status: 'GREEN',
    template: name,
    hidden: false,
    system: false,
  };
}

/** There is nothing to refresh or flush: what was answered has been percolated. */
function nothingToDo(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { index } = request.params as Partial<IndexParams>;
  const isPlain = index === undefined || validateIndexName(index) === null;
  const count = isPlain ? 1 : 0;
  return sendJson(request, reply, { _shards: { total: count, successful: count, failed: 0 } });
}

/** The indices that an alias stands for, or the data stream of that name, as an index. */
function behind(remembered: Remembered, name: string): Entry[] {
  const alias = remembered.get('alias', name);
  if (alias === undefined) return remembered.find('data-stream', name);
  const indices = Object.keys(parsed(alias)).map((index) => remembered.get('index', index));
  const known = indices.filter((entry) => entry !== undefined);
  return known.length > 0 ? known : [{ ...alias, text: '{}' }];
}

function showIndex(entry: Entry): string {
  const { aliases = {}, mappings = {}, settings = {} } = parsed(entry);
  return `${JSON.stringify(entry.name)}:${JSON.stringify({ aliases, mappings, settings })}`;
}

function addAlias(remembered: Remembered, index: string, alias: string, properties: Body): void {
  const problem = validateIndexName(alias);
  if (problem !== null) throw badIndexName(alias, problem);
  const before = remembered.get('alias', alias);
  const all = { ...(before === undefined ? {} : parsed(before)), [index]: properties };
  const text = JSON.stringify(all);
  // An alias that rolled over for years begins again with its newest index.
  const kept = text.length <= MAX_JSON_BODY ? text : JSON.stringify({ [index]: properties });
  remembered.put('alias', alias, kept);
}

/** Texts in the memory were parsed once before they got there. */
function parsed(entry: Entry): Body {
  return JSON.parse(entry.text) as Body;
}

function asObject(value: unknown): Record<string, Body> {
  return typeof value === 'object' && value !== null ? (value as Record<string, Body>) : {};
}

/**
 * The name with its date math resolved.
 * @throws EstromError BAD_INDEX_NAME
 */
export function concreteName(name: string): string {
  const resolved = resolveIndexMath(name, Date.now());
  if (resolved === null) throw badIndexName(name, 'its date math is not understood');
  const problem = validateIndexName(resolved);
  if (problem !== null) throw badIndexName(resolved, problem);
  return resolved;
}

function missingIndex(index: string): EstromError {
  return new EstromError('INDEX_NOT_FOUND', `no such index [${index}]`, { index });
}
