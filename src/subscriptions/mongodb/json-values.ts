/** A value as every MongoDB server takes it. */
export interface Storable {
  readonly value: unknown;
  /** Whether reading it gives back what it was made of. */
  readonly isExact: boolean;
}

/** Servers take a hundred levels; what is around the value has some. */
const MAX_DEPTH = 60;

/**
 * Makes JSON storable: servers before 5 refuse names with dots or dollars, none takes all that JSON may
 * hold. Names are changed as MongoDB's own manual proposes, and what is nested too deeply becomes text.
 */
export function storable(json: unknown): Storable {
  let isExact = true;
  const visit = (value: unknown, depth: number): unknown => {
    if (typeof value === 'string') {
      isExact &&= value.isWellFormed();
      return value;
    }
    if (typeof value !== 'object' || value === null) return value;
    if (depth > MAX_DEPTH) {
      isExact = false;
      return JSON.stringify(value);
    }
    if (Array.isArray(value)) return value.map((each) => visit(each, depth + 1));
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => {
        const stored = storableName(name);
        isExact &&= stored === name && name.isWellFormed();
        return [stored, visit(each, depth + 1)];
      }),
    );
  };
  return { value: visit(json, 0), isExact };
}

function storableName(name: string): string {
  return name.replaceAll('.', '\uff0e').replaceAll('\0', '\u2400').replace(/^\$/, '\uff04');
}

/** What the driver read, as JSON: other programs may have stored what JSON does not have. */
export function jsonOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(jsonOf);
  if ('_bsontype' in value) return value._bsontype === 'Long' ? Number(value) : String(value);
  if (value instanceof Date) return value.toISOString();
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, jsonOf(each)]));
}
