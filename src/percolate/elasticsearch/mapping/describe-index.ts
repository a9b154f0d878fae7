import { EstromError } from '../../../errors.ts';
import type { Patience } from '../patience.ts';

export type Json = Readonly<Record<string, unknown>>;

/** What Elasticsearch says of an index: its mappings, and what is below `settings.index`. */
export interface IndexDescription {
  readonly mappings: Json;
  readonly settings: Json;
}

interface Resolved {
  readonly indices?: readonly { readonly name: string }[];
  readonly aliases?: readonly { readonly name: string; readonly indices: readonly string[] }[];
  readonly data_streams?: readonly { readonly backing_indices: readonly string[] }[];
}

interface Described {
  readonly mappings?: Json;
  readonly settings?: { readonly index?: Json };
}

/** The index that documents sent to a name are written into; null when there is none yet. */
export async function writeIndexOf(patience: Patience, name: string): Promise<string | null> {
  const { indices, aliases, data_streams } = (await patience.demand(
    'GET',
    `/_resolve/index/${encodeURIComponent(name)}`,
    { query: { expand_wildcards: 'all' } },
  )) as Resolved;
  const [stream] = data_streams ?? [];
  if (stream !== undefined) return stream.backing_indices.at(-1) ?? null;
  const [alias] = aliases ?? [];
  if (alias === undefined) {
    const [index] = indices ?? [];
    if (index !== undefined) return index.name;
    // A cluster that does not know its indices yet resolves to nothing too, but refuses this.
    const { status } = await patience.ask('HEAD', `/${encodeURIComponent(name)}`);
    return status === 404 ? null : name;
  }
  if (alias.indices.length === 1) return alias.indices[0]!;
  const { status, body } = await patience.ask('GET', `/_alias/${encodeURIComponent(name)}`);
  if (status >= 400) return null;
  const marked = Object.entries(
    body as Record<string, { aliases: Record<string, { is_write_index?: boolean }> }>,
  ).find(([, { aliases: own }]) => own[name]?.is_write_index === true);
  // Without a write index Elasticsearch refuses the document; any of them will do until then.
  return marked?.[0] ?? alias.indices[0] ?? null;
}

/**
 * Waits until the cluster shows what was decided before. A document's request may be answered a moment
 * before the mapping that it brought can be read: that decision is still being applied, and this waits
 * for its end, but not for others in the queue.
 */
export async function settled(patience: Patience): Promise<void> {
  await patience.insist(async () => {
    const { status } = await patience.ask('GET', '/_cluster/health', {
      query: { wait_for_events: 'immediate', timeout: '10s', filter_path: 'timed_out' },
    });
    if (status === 408) throw new EstromError('UNAVAILABLE', 'the cluster has much to decide');
  });
}

/** @param index a concrete one. @returns null when there is none */
export async function describeIndex(
  patience: Patience,
  index: string,
): Promise<IndexDescription | null> {
  const { status, body } = await patience.ask('GET', `/${encodeURIComponent(index)}`, {
    query: { ignore_unavailable: true, expand_wildcards: 'all' },
  });
  const [described] = status === 200 ? Object.values(body as Record<string, Described>) : [];
  return described === undefined ? null : descriptionOf(described);
}

/** What an index of this name would be made with: the templates that there are decide. */
export async function describeFuture(patience: Patience, index: string): Promise<IndexDescription> {
  const name = encodeURIComponent(index);
  const simulated = await patience.ask('POST', `/_index_template/_simulate_index/${name}`);
  const { template } = simulated.body as { template?: Described };
  if (simulated.status === 200 && template !== undefined) return descriptionOf(template);
  return describeByOldTemplates(patience, index);
}

/** Old-style templates add up, those of a higher order over the others. */
async function describeByOldTemplates(
  patience: Patience,
  index: string,
): Promise<IndexDescription> {
  const { status, body } = await patience.ask('GET', '/_template');
  if (status >= 400) return { mappings: {}, settings: {} };
  type Template = Described & { order?: number; index_patterns: readonly string[] };
  const matching = Object.values(body as Record<string, Template>)
    .filter(({ index_patterns }) => index_patterns.some((pattern) => matches(pattern, index)))
    .toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0));
  let merged: Json = {};
  for (const { mappings = {}, settings = {} } of matching) {
    merged = merge(merged, { mappings, settings });
  }
  return descriptionOf(merged as Described);
}

function descriptionOf({ mappings = {}, settings }: Described): IndexDescription {
  return { mappings, settings: settings?.index ?? {} };
}

function matches(pattern: string, name: string): boolean {
  const pieces = pattern.split('*').map((piece) => piece.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${pieces.join('.*')}$`, 's').test(name);
}

function merge(under: Json, over: Json): Json {
  const merged: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const old = merged[key];
    merged[key] = isObject(old) && isObject(value) ? merge(old, value) : value;
  }
  return merged;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
