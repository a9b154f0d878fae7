import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { EstromError } from '../errors.ts';
import { badIndexName, validateIndexName } from '../index-name.ts';
import type { Asset } from '../mapping/assets.ts';
import { isObject } from '../mapping/explicit/json.ts';
import { normalSettings } from '../mapping/explicit/normal-settings.ts';
import { renderMapping } from '../mapping/explicit/render-mapping.ts';
import type { MappingState } from '../mapping/mapping-state.ts';
import { type TemplateContent, withoutType } from '../mapping/templates/read-template.ts';
import { indicesOf, missingIndex } from './handshake-mappings.ts';
import { isSet } from './handshake-templates.ts';
import { resolveIndexMath } from './index-math.ts';
import { MAX_JSON_BODY, readJsonBody } from './json-body.ts';
import { sendJson } from './reply.ts';
import { addWarnings } from './warning-header.ts';

interface IndexParams {
  readonly index: string;
}
interface AliasParams {
  readonly index?: string;
  readonly alias?: string;
}
type Body = Readonly<Record<string, unknown>>;
type Flags = Readonly<Record<string, string | undefined>>;

const ACKNOWLEDGED = '{"acknowledged":true}';

/**
 * Indices, aliases and data streams as shippers make them before they send: remembered and shown
 * again. Documents are taken for any index, whether it was made or not.
 */
export function indexRoutes(app: FastifyInstance, state: MappingState): void {
  dataStreamRoutes(app, state);
  aliasRoutes(app, state);
  for (const action of ['_refresh', '_flush']) {
    for (const url of [`/${action}`, `/:index/${action}`]) {
      app.route({ method: ['GET', 'POST'], url, handler: nothingToDo });
    }
  }
  app.get<{ Params: IndexParams }>('/:index', (request, reply) => {
    const { index } = request.params;
    // Elasticsearch's own addresses begin with _: one that is not here is a missing route.
    if (index.startsWith('_') && index !== '_all') return reply.callNotFound();
    const names = behind(state, index) ?? indicesOf(state, index);
    const typed = isSet((request.query as Flags)['include_type_name']);
    const shown = names.map((name) => [name, showIndex(state, name, typed)]);
    return sendJson(request, reply, Object.fromEntries(shown));
  });
  app.put<{ Params: IndexParams }>('/:index', async (request, reply) => {
    const index = concreteName(request.params.index);
    const { value } = await readJsonBody(request);
    if (state.assets.get('alias', index) || state.isMade(index)) {
      throw new EstromError('ALREADY_EXISTS', `index [${index}] already exists`, { index });
    }
    const typed = isSet((request.query as Flags)['include_type_name']);
    const aliases = state.create(index, readNewIndex(value, typed));
    for (const [alias, properties] of Object.entries(aliases)) {
      addAlias(state, index, alias, asObject(properties));
    }
    await state.kept();
    addWarnings(reply, state.unmatchedOf(index));
    return sendJson(request, reply, { acknowledged: true, shards_acknowledged: true, index });
  });
  app.delete<{ Params: IndexParams }>('/:index', async (request, reply) => {
    const { index } = request.params;
    if (!state.delete(index)) throw missingIndex(index);
    forgetAliases(state, index);
    await state.kept();
    return sendJson(request, reply, ACKNOWLEDGED);
  });
}

/** @throws EstromError for what Elasticsearch would refuse */
function readNewIndex(body: Body, typed: boolean): TemplateContent {
  for (const key of Object.keys(body)) {
    if (['settings', 'mappings', 'aliases'].includes(key)) {
      if (isObject(body[key] ?? {})) continue;
      throw new EstromError('BAD_JSON', `[${key}] must be an object`);
    }
    throw new EstromError('BAD_JSON', `unknown key [${key}] for create index`);
  }
  const mappings = asObject(body['mappings']);
  return {
    settings: normalSettings(asObject(body['settings'])),
    mappings: typed ? withoutType(mappings) : mappings,
    hasMappings: body['mappings'] !== undefined,
    aliases: asObject(body['aliases']),
  };
}

function aliasRoutes(app: FastifyInstance, state: MappingState): void {
  const show = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const { index, alias = '*' } = request.params as AliasParams;
    const found = state.assets.find('alias', alias);
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
      addAlias(state, concreteName(index), alias, value);
      await state.kept();
      return sendJson(request, reply, ACKNOWLEDGED);
    },
  });
}

function dataStreamRoutes(app: FastifyInstance, state: MappingState): void {
  const show = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const { index = '*' } = request.params as Partial<IndexParams>;
    const entries = state.assets.find('data-stream', index);
    if (entries.length === 0 && !index.includes('*')) throw missingIndex(index);
    return sendJson(request, reply, { data_streams: entries.map(dataStream) });
  };
  app.get('/_data_stream', show);
  app.get('/_data_stream/:index', show);
  app.put<{ Params: IndexParams }>('/_data_stream/:index', async (request, reply) => {
    const index = concreteName(request.params.index);
    if (state.assets.get('data-stream', index) !== undefined) {
      throw new EstromError('ALREADY_EXISTS', `data_stream [${index}] already exists`, { index });
    }
    state.assets.put('data-stream', index, '{}');
    state.createDataStream(index);
    await state.kept();
    return sendJson(request, reply, ACKNOWLEDGED);
  });
  app.delete<{ Params: IndexParams }>('/_data_stream/:index', async (request, reply) => {
    const { index } = request.params;
    if (!state.assets.delete('data-stream', index)) throw missingIndex(index);
    state.delete(index);
    await state.kept();
    return sendJson(request, reply, ACKNOWLEDGED);
  });
}

function dataStream({ name }: Asset): unknown {
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

/** The index of an alias that stands for none which was made, or the data stream of that name. */
function behind(state: MappingState, name: string): string[] | undefined {
  if (state.has(name)) return undefined;
  const alias = state.assets.get('alias', name);
  if (alias === undefined) return state.assets.get('data-stream', name) && [name];
  return Object.keys(parsed(alias)).some((index) => state.has(index)) ? undefined : [name];
}

function showIndex(state: MappingState, index: string, typed: boolean): Body {
  const mappings = renderMapping(state.mappingOf(index));
  const aliases: Record<string, unknown> = {};
  for (const alias of state.assets.all('alias')) {
    const properties = parsed(alias)[index];
    if (properties !== undefined) aliases[alias.name] = properties;
  }
  const settings = { number_of_shards: '1', number_of_replicas: '1', ...state.settingsOf(index) };
  return {
    aliases,
    mappings: typed ? { _doc: mappings } : mappings,
    settings: { index: { ...settings, provided_name: index } },
  };
}

function addAlias(state: MappingState, index: string, alias: string, properties: Body): void {
  const problem = validateIndexName(alias);
  if (problem !== null) throw badIndexName(alias, problem);
  const before = state.assets.get('alias', alias);
  const all = { ...(before === undefined ? {} : parsed(before)), [index]: properties };
  const text = JSON.stringify(all);
  // An alias that rolled over for years begins again with its newest index.
  const kept = text.length <= MAX_JSON_BODY ? text : JSON.stringify({ [index]: properties });
  state.assets.put('alias', alias, kept);
  state.aliasChanged(alias);
}

function forgetAliases(state: MappingState, index: string): void {
  for (const alias of [...state.assets.all('alias')]) {
    const { [index]: own, ...others } = parsed(alias);
    if (own === undefined) continue;
    if (Object.keys(others).length === 0) state.assets.delete('alias', alias.name);
    else state.assets.put('alias', alias.name, JSON.stringify(others));
    state.aliasChanged(alias.name);
  }
}

/** Texts in the memory were parsed once before they got there. */
function parsed(entry: Asset): Body {
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
