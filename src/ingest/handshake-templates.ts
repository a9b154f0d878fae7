import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { EstromError } from '../errors.ts';
import type { Asset } from '../mapping/assets.ts';
import type { Json } from '../mapping/explicit/json.ts';
import { renderMapping } from '../mapping/explicit/render-mapping.ts';
import type { MappingState } from '../mapping/mapping-state.ts';
import { readIndexTemplate } from '../mapping/templates/read-template.ts';
import type { NewIndex } from '../mapping/templates/templates.ts';
import { checkName } from './handshake-assets.ts';
import { readJsonBody } from './json-body.ts';
import { sendJson } from './reply.ts';

type Kind = 'component-template' | 'index-template' | 'template';

interface TemplateRoutes {
  readonly kind: Kind;
  readonly path: string;
  readonly put: (state: MappingState, name: string, body: Json, typed: boolean) => void;
  /** Answer to a GET, as JSON text. */
  readonly show: (entries: readonly Asset[]) => string;
  /** What is said when a name is not known; null: `{}`, as Elasticsearch does for the older ones. */
  readonly missing: ((name: string) => string) | null;
}

interface NameParams {
  readonly name: string;
}

const ACKNOWLEDGED = '{"acknowledged":true}';

function listed(list: string, member: string, form: (text: string) => string) {
  return (entries: readonly Asset[]): string =>
    `{"${list}":[${entries.map(({ name, text }) => `{"name":${JSON.stringify(name)},"${member}":${form(text)}}`).join()}]}`;
}

/** What it is composed of is always told. */
function withParts(text: string): string {
  const template = JSON.parse(text) as Json;
  return JSON.stringify('composed_of' in template ? template : { ...template, composed_of: [] });
}

const KINDS: readonly TemplateRoutes[] = [
  {
    kind: 'index-template',
    path: '/_index_template',
    put: ({ templates }, name, body) => templates.putComposable(name, body),
    show: listed('index_templates', 'index_template', withParts),
    missing: (wanted) => `index template matching [${wanted}] not found`,
  },
  {
    kind: 'component-template',
    path: '/_component_template',
    put: ({ templates }, name, body) => templates.putComponent(name, body),
    show: listed('component_templates', 'component_template', (text) => text),
    missing: (wanted) => `component template matching [${wanted}] not found`,
  },
  {
    kind: 'template',
    path: '/_template',
    put: ({ templates }, name, body, typed) => templates.putLegacy(name, body, typed),
    show: (entries) =>
      `{${entries.map(({ name, text }) => `${JSON.stringify(name)}:${text}`).join()}}`,
    missing: null,
  },
];

/** Templates: they give new indices their mappings, and are shown as they were put. */
export function templateRoutes(app: FastifyInstance, state: MappingState): void {
  simulationRoutes(app, state);
  for (const { kind, path, put, show, missing } of KINDS) {
    app.get(path, (request, reply) => sendJson(request, reply, show(state.assets.find(kind, '*'))));
    app.get<{ Params: NameParams }>(`${path}/:name`, (request, reply) => {
      const wanted = request.params.name;
      const entries = state.assets.find(kind, wanted);
      if (entries.length > 0 || wanted.includes('*')) {
        return sendJson(request, reply, show(entries));
      }
      if (missing === null) return sendJson(request, reply.code(404), '{}');
      throw new EstromError('NOT_FOUND', missing(wanted));
    });
    app.route<{ Params: NameParams }>({
      method: ['PUT', 'POST'],
      url: `${path}/:name`,
      handler: async (request, reply) => {
        const name = checkName(request.params.name);
        const { text, value } = await readJsonBody(request);
        const { create, include_type_name: typed } = request.query as Readonly<
          Record<string, string | undefined>
        >;
        if (isSet(create) && state.assets.get(kind, name) !== undefined) {
          throw new EstromError(
            'BAD_REQUEST',
            `${kind.replace('-', ' ')} [${name}] already exists`,
          );
        }
        if (state.isPassive) state.assets.put(kind, name, text);
        else put(state, name, value, isSet(typed));
        return acknowledge(state, request, reply);
      },
    });
    app.delete<{ Params: NameParams }>(`${path}/:name`, (request, reply) => {
      const wanted = request.params.name;
      const names = state.assets.find(kind, wanted).map(({ name }) => name);
      if (names.length === 0 && !wanted.includes('*')) {
        throw new EstromError('NOT_FOUND', missing?.(wanted) ?? `[${wanted}] is missing`);
      }
      for (const name of names) state.templates.delete(kind, name);
      return acknowledge(state, request, reply);
    });
  }
}

async function acknowledge(
  state: MappingState,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  state.templatesChanged();
  await state.kept();
  return sendJson(request, reply, ACKNOWLEDGED);
}

/** A flag in the query: it is set by its name alone. */
export function isSet(flag: string | undefined): boolean {
  return flag === '' || flag === 'true';
}

/** What an index would get, with nothing being made. */
function simulationRoutes(app: FastifyInstance, state: MappingState): void {
  const show = ({ settings, mapping, aliases }: NewIndex): Json => ({
    settings: Object.keys(settings).length > 0 ? { index: settings } : {},
    mappings: mapping === undefined ? {} : renderMapping(mapping),
    aliases,
  });
  app.post<{ Params: NameParams }>('/_index_template/_simulate_index/:name', (request, reply) => {
    const { name } = request.params;
    if (!state.templates.hasComposable(name)) return sendJson(request, reply, '{}');
    const overlapping = state.templates.overlapping(name);
    const template = show(state.templates.resolve(name));
    return sendJson(request, reply, { template, overlapping });
  });
  app.post<{ Params: NameParams }>('/_index_template/_simulate/:name', (request, reply) => {
    const { name } = request.params;
    const asset = state.assets.get('index-template', name);
    if (asset === undefined) {
      throw new EstromError(
        'BAD_REQUEST',
        `unable to simulate template [${name}] that does not exist`,
      );
    }
    const template = readIndexTemplate(name, JSON.parse(asset.text) as Json);
    const shown = show(state.templates.compose(template));
    return sendJson(request, reply, { template: shown, overlapping: [] });
  });
}
