import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { EstromError } from '../errors.ts';
import { isObject, type Json } from '../mapping/explicit/json.ts';
import type { FieldNode, MappingNode, ObjectNode } from '../mapping/explicit/mapping-model.ts';
import { renderMapping, renderNode } from '../mapping/explicit/render-mapping.ts';
import type { MappingState } from '../mapping/mapping-state.ts';
import { fitsPattern } from '../mapping/star-pattern.ts';
import { withoutType } from '../mapping/templates/read-template.ts';
import { isSet } from './handshake-templates.ts';
import { readJsonBody } from './json-body.ts';
import { sendJson } from './reply.ts';
import { addWarnings } from './warning-header.ts';

interface MappingParams {
  readonly index?: string;
  readonly type?: string;
  readonly fields?: string;
}

const ACKNOWLEDGED = '{"acknowledged":true}';

/** Mappings of indices that are there: shown, and more fields mapped. */
export function mappingRoutes(app: FastifyInstance, state: MappingState): void {
  for (const url of ['/_mapping', '/:index/_mapping']) {
    app.get(url, (request, reply) => {
      const { index = '*' } = request.params as MappingParams;
      const typed = isTyped(request);
      const shown = indicesOf(state, index).map((name) => {
        const mappings = renderMapping(state.mappingOf(name));
        return [name, { mappings: typed ? { _doc: mappings } : mappings }];
      });
      return sendJson(request, reply, Object.fromEntries(shown));
    });
    app.get(url.replace('_mapping', '_mapping/field/:fields'), (request, reply) => {
      const { index = '*', fields = '*' } = request.params as MappingParams;
      const shown = indicesOf(state, index).map((name) => [
        name,
        { mappings: fieldsFitting(state.mappingOf(name).root, fields.split(',')) },
      ]);
      return sendJson(request, reply, Object.fromEntries(shown));
    });
  }
  for (const url of ['/:index/_mapping', '/:index/_mapping/:type']) {
    app.route({
      method: ['PUT', 'POST'],
      url,
      handler: (request, reply) => update(state, request, reply),
    });
  }
}

async function update(
  state: MappingState,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { index = '', type } = request.params as MappingParams;
  const { value, isEmpty } = await readJsonBody(request);
  if (isEmpty) throw new EstromError('BAD_JSON', 'request body is required');
  const typed = isTyped(request);
  if (!typed && (type !== undefined || isObject(value['_doc']))) {
    throw new EstromError(
      'BAD_REQUEST',
      'Types cannot be provided in put mapping requests, unless the include_type_name parameter is set to true.',
    );
  }
  const indices = indicesOf(state, index);
  if (type !== undefined && type !== '_doc') {
    throw new EstromError(
      'BAD_REQUEST',
      `Rejecting mapping update to [${indices[0] ?? index}] as the final mapping would have more than 1 type: [_doc, ${type}]`,
    );
  }
  state.update(indices, typed ? withoutType(value) : value);
  await state.kept();
  addWarnings(reply, new Set(indices.flatMap((name) => state.unmatchedOf(name))));
  return sendJson(request, reply, ACKNOWLEDGED);
}

function isTyped(request: FastifyRequest): boolean {
  return isSet((request.query as Record<string, string | undefined>)['include_type_name']);
}

/**
 * The indices of an expression: names, patterns, aliases, separated by commas.
 * @throws EstromError INDEX_NOT_FOUND for a name that is not there
 */
export function indicesOf(state: MappingState, expression: string): string[] {
  const found = new Set<string>();
  for (const part of expression.split(',')) {
    const names = state.assets.find('index', part).map(({ name }) => name);
    for (const alias of state.assets.find('alias', part)) {
      names.push(...Object.keys(JSON.parse(alias.text) as Json).filter((name) => state.has(name)));
    }
    if (names.length === 0 && !part.includes('*') && part !== '_all') throw missingIndex(part);
    for (const name of names) found.add(name);
  }
  return [...found].sort();
}

export function missingIndex(index: string): EstromError {
  return new EstromError('INDEX_NOT_FOUND', `no such index [${index}]`, { index });
}

/** As `_mapping/field` shows them: by full name, with the definition under the own name. */
function fieldsFitting(root: ObjectNode, patterns: readonly string[]): Json {
  const shown: Record<string, unknown> = {};
  const take = (name: string, path: string, node: MappingNode): void => {
    if (!patterns.some((pattern) => fitsPattern(pattern, path))) return;
    shown[path] = { full_name: path, mapping: { [name]: renderNode(node) } };
  };
  const walkFields = (fields: FieldNode['fields'], prefix: string): void => {
    for (const [name, field] of fields) {
      take(name, prefix + name, field);
      walkFields(field.fields, `${prefix}${name}.`);
    }
  };
  const walk = (object: ObjectNode, prefix: string): void => {
    for (const [name, node] of object.members) {
      if (node.is === 'object') walk(node, `${prefix}${name}.`);
      else take(name, prefix + name, node);
      if (node.is === 'field') walkFields(node.fields, `${prefix}${name}.`);
    }
  };
  walk(root, '');
  return shown;
}
