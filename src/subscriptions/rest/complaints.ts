import type { ErrorObject } from 'ajv';
import { EstromError } from '../../errors.ts';

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  null: 'null',
};
const MAX_SHOWN = 100;

/**
 * What a schema found wrong, for people.
 * @param root path of what was checked; empty for the body itself
 */
export function complaint(error: ErrorObject, root = ''): EstromError {
  const { keyword, params } = error as { keyword: string; params: Record<string, unknown> };
  const at = pathOf(root, error.instancePath);
  if (keyword === 'required') {
    const member = pathOf(at, `/${String(params['missingProperty']).replaceAll('/', '~1')}`);
    const schema = error.parentSchema as { properties?: Record<string, { description?: string }> };
    const about = schema.properties?.[String(params['missingProperty'])]?.description;
    return bad(`[${member}] is missing${about === undefined ? '' : `: ${about}`}`);
  }
  const where = at === '' ? 'the body' : `[${at}]`;
  return bad(`${where} ${demand(keyword, params, error.message)}, but found ${shown(error.data)}`);
}

function demand(keyword: string, params: Record<string, unknown>, message = 'is refused'): string {
  if (keyword === 'type') {
    const kinds = [params['type']].flat().map((kind) => KINDS[String(kind)] ?? String(kind));
    return `must be ${kinds.join(' or ')}`;
  }
  if (keyword === 'minLength' && params['limit'] === 1) return 'must not be empty';
  if (keyword === 'enum') {
    return `must be one of ${(params['allowedValues'] as unknown[]).map(shown).join(', ')}`;
  }
  if (keyword === 'const') return `must be ${shown(params['allowedValue'])}`;
  if (keyword === 'additionalProperties') {
    return `must not have [${String(params['additionalProperty'])}]`;
  }
  return message;
}

/** `/hits/0/filter` below `subscription` as `subscription.hits.0.filter`. */
function pathOf(root: string, pointer: string): string {
  const steps = pointer.split('/').slice(1);
  const names = steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return [root, ...names].filter((name) => name !== '').join('.');
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

function bad(reason: string): EstromError {
  return new EstromError('BAD_REQUEST', reason);
}
