import { EstromError } from '../../errors.ts';
import type { Principal } from '../../principal.ts';
import { MAX_GROUP } from './engine-link.ts';
import { type Line, lineGroups } from './line-groups.ts';
import { readRegistration } from './query-requests.ts';
import type { RegisterRequest, RegistrationResult } from './registration.ts';
import type { QueryRegistry } from './registry.ts';

const LIMITS = { line: 256 * 1024, count: MAX_GROUP, bytes: 1024 * 1024 };
/** The answer is kept until the body ends: this bounds it to some tens of MiB. */
export const MAX_BULK_ITEMS = 250_000;

/**
 * Registers the queries of an NDJSON body, one a line, a group at a time.
 * @returns the JSON answer: `took`, `errors`, and one item a line in the lines' order
 * @throws EstromError TOO_LARGE after the queries that fit were registered
 */
export async function registerLines(
  registry: QueryRegistry,
  caller: Principal,
  stream: AsyncIterable<Buffer>,
  maxItems = MAX_BULK_ITEMS,
): Promise<string> {
  const start = performance.now();
  // One text a group: short-lived objects for a million items would cost a multiple of the answer.
  const groups: string[] = [];
  let count = 0;
  let errors = false;
  for await (const lines of lineGroups(stream, LIMITS)) {
    count += lines.length;
    if (count > maxItems) {
      throw new EstromError(
        'TOO_LARGE',
        `a request may have ${maxItems} queries; those of the first ${count - lines.length} lines are registered, send the others in further requests`,
      );
    }
    const items = await registerGroup(registry, caller, lines);
    errors ||= items.some((item) => item.failed);
    groups.push(items.map((item) => item.json).join(','));
  }
  const took = Math.round(performance.now() - start);
  return `{"took":${took},"errors":${errors},"items":[${groups.join(',')}]}`;
}

interface Item {
  readonly failed: boolean;
  readonly json: string;
}

async function registerGroup(
  registry: QueryRegistry,
  caller: Principal,
  lines: readonly Line[],
): Promise<Item[]> {
  const requests: RegisterRequest[] = [];
  const read = lines.map((line): EstromError | null => {
    try {
      requests.push(readLine(line));
      return null;
    } catch (error) {
      if (error instanceof EstromError) return error;
      throw error;
    }
  });
  const results = (await registry.registerMany(requests, caller)).values();
  return read.map((error) => {
    if (error !== null) return failure(error);
    return item(results.next().value as RegistrationResult);
  });
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

function readLine(line: Line): RegisterRequest {
  if (line === null) {
    throw new EstromError('TOO_LARGE', `the line is longer than ${LIMITS.line} bytes`);
  }
  let text: string;
  try {
    text = UTF8.decode(line);
  } catch {
    throw new EstromError('BAD_JSON', 'the line is not valid UTF-8');
  }
  return readRegistration(text);
}

function item(result: RegistrationResult): Item {
  if ('error' in result) return failure(result.error);
  const status = result.created ? 201 : 200;
  return { failed: false, json: `{"status":${status},"subscription_id":"${result.entry.id}"}` };
}

function failure(error: EstromError): Item {
  const { root_cause: _, ...cause } = error.toBody().error;
  return { failed: true, json: JSON.stringify({ status: error.status, error: cause }) };
}
