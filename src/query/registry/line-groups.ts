const NEWLINE = 0x0a;

/** A line of NDJSON, or null for one that was longer than allowed and was skipped. */
export type Line = Buffer | null;

export interface LineLimits {
  /** Longest line in bytes. */
  readonly line: number;
  /** A group is handed on when it has this many lines. */
  readonly count: number;
  /** A group is handed on when its lines have this many bytes. */
  readonly bytes: number;
}

/**
 * Splits a stream of bytes into groups of lines, blank ones left out. Reads on only when the group
 * before was used, so that memory is bounded by the limits whatever the stream's length.
 */
export async function* lineGroups(
  stream: AsyncIterable<Buffer>,
  limits: LineLimits,
): AsyncGenerator<Line[]> {
  let group: Line[] = [];
  let groupBytes = 0;
  let partial: Buffer[] = [];
  let partialBytes = 0;

  const endLine = (rest: Buffer) => {
    const length = partialBytes + rest.length;
    if (length > limits.line) {
      group.push(null);
    } else {
      const line = partial.length === 0 ? rest : Buffer.concat([...partial, rest], length);
      if (!isBlank(line)) {
        group.push(line);
        groupBytes += length;
      }
    }
    partial = [];
    partialBytes = 0;
  };

  for await (const chunk of stream) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      endLine(chunk.subarray(from, at));
      from = at + 1;
      if (group.length >= limits.count || groupBytes >= limits.bytes) {
        yield group;
        group = [];
        groupBytes = 0;
      }
    }
    if (from < chunk.length) {
      const rest = chunk.subarray(from);
      partialBytes += rest.length;
      // Of a line that is too long only its length is kept.
      if (partialBytes > limits.line) partial = [];
      else partial.push(rest);
    }
  }
  if (partialBytes > 0) endLine(Buffer.alloc(0));
  if (group.length > 0) yield group;
}

function isBlank(line: Buffer): boolean {
  for (const byte of line) {
    if (byte !== 0x20 && byte !== 0x0d && byte !== 0x09) return false;
  }
  return true;
}
