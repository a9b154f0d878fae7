import { xxh3 } from '@node-rs/xxhash';
import { EstromError } from '../../../errors.ts';
import type { HeldBack } from '../../../query/registry/held-back.ts';
import type { RegisteredQuery } from '../../../query/registry/registered-query.ts';
import { type CompiledQuery, compileDsl } from '../compile/compile-dsl.ts';
import type { TargetMapping } from '../mapping/target-mapping.ts';
import { ALONE_FIELD, PART_FIELD, PARTS, PREFIX_FIELD, QUERY_FIELD } from './stored-fields.ts';

/** A query as every node knows it. */
export type SharedQuery = Omit<RegisteredQuery, 'ordinal'>;

export type Storable = { readonly source: string } | { readonly held: HeldBack };

/** A query as the document that a percolator of this mapping stores, or why it can't. */
export function storable(query: SharedQuery, mapping: TargetMapping): Storable {
  const compiled = compileOrSay(query, mapping);
  if ('held' in compiled) return compiled;
  const { dsl, unmapped, expands } = compiled;
  if (dsl === null) {
    const which = unmapped.length > 0 ? `[${unmapped.join('], [')}]` : 'that can hold its values';
    return { held: { reason: `no field ${which} is mapped yet`, unmapped } };
  }
  const source = {
    [QUERY_FIELD]: dsl,
    [PART_FIELD]: partOf(query.id),
    [PREFIX_FIELD]: prefixesOfExpression(query.index),
    [ALONE_FIELD]: expands,
  };
  return { source: JSON.stringify(source) };
}

/** Whether fields at these paths may change what the query is compiled to. */
export function readsAny(
  query: SharedQuery,
  mapping: TargetMapping,
  paths: ReadonlySet<string>,
): boolean {
  const compiled = compileOrSay(query, mapping);
  if ('held' in compiled || compiled.readsAllFields) return true;
  return compiled.unmapped.some((path) => paths.has(path));
}

function compileOrSay(
  { query }: SharedQuery,
  mapping: TargetMapping,
): CompiledQuery | { readonly held: HeldBack } {
  try {
    return compileDsl(query, mapping);
  } catch (error) {
    if (!(error instanceof EstromError)) throw error;
    return { held: { reason: error.message, unmapped: [] } };
  }
}

function partOf(id: string): number {
  return Number(xxh3.xxh64(id) % BigInt(PARTS));
}

/** Names that the expression may cover begin with one of these; `=` marks a whole name. */
function prefixesOfExpression(expression: string): string[] {
  const prefixes = expression
    .split(',')
    .filter((part) => !part.startsWith('-'))
    .map((part) => (part.includes('*') ? part.slice(0, part.indexOf('*')) : `=${part}`));
  return [...new Set(prefixes)];
}
