import { javaDouble } from '../java-numbers.ts';

/** Longitude and latitude. */
export type Position = readonly [lon: number, lat: number];

/** Direction in which a polygon's outline is said to go: against the clock unless told otherwise. */
export type Orientation = 'right' | 'left';

/** A geometry as it is written, not checked for its meaning. */
export type Geometry =
  | { readonly type: 'point'; readonly at: Position | null }
  | { readonly type: 'multipoint' | 'linestring'; readonly points: readonly Position[] }
  | { readonly type: 'multilinestring'; readonly lines: readonly (readonly Position[])[] }
  | {
      readonly type: 'polygon';
      readonly lines: readonly (readonly Position[])[];
      readonly orientation?: Orientation;
    }
  | {
      readonly type: 'multipolygon';
      readonly polygons: readonly (readonly (readonly Position[])[])[];
      readonly orientation?: Orientation;
    }
  | { readonly type: 'envelope'; readonly corners: readonly [Position, Position] }
  | { readonly type: 'circle'; readonly at: Position; readonly meters: number }
  | { readonly type: 'geometrycollection'; readonly geometries: readonly Geometry[] };

/** Deepest nesting of collections. */
const MAX_DEPTH = 20;

/**
 * Reads well-known text as Elasticsearch does; what follows the geometry does not matter. A BBOX is
 * `(left, right, top, bottom)`, a CIRCLE `(lon lat meters)`.
 * @returns null when it is none
 */
export function readWkt(text: string, { ignoreZ }: { ignoreZ: boolean }): Geometry | null {
  try {
    return new Reader(text, ignoreZ).geometry(0);
  } catch (error) {
    if (error instanceof NotWkt) return null;
    throw error;
  }
}

class NotWkt extends Error {}

class Reader {
  readonly #tokens: readonly string[];
  readonly #ignoreZ: boolean;
  #at = 0;

  constructor(text: string, ignoreZ: boolean) {
    this.#tokens = text.match(/[A-Za-z0-9+\-.\u0080-\u00ff]+|[^\s]/g) ?? [];
    this.#ignoreZ = ignoreZ;
  }

  geometry(depth: number): Geometry {
    const type = this.#next().toLowerCase();
    switch (type) {
      case 'point':
        return { type, at: this.#isEmpty() ? null : this.#inBrackets(() => this.#position()) };
      case 'multipoint':
      case 'linestring':
        return { type, points: this.#positions() };
      case 'multilinestring':
      case 'polygon':
        return { type, lines: this.#lines() };
      case 'multipolygon':
        return { type, polygons: this.#list(() => this.#lines()) };
      case 'bbox': {
        const [left, right, top, bottom] = this.#list(() => this.#number());
        if (bottom === undefined) throw new NotWkt();
        const corners = [
          [left!, top!],
          [right!, bottom],
        ] as const;
        return { type: 'envelope', corners };
      }
      case 'circle':
        return this.#inBrackets(() => {
          const at = [this.#number(), this.#number()] as const;
          return { type, at, meters: this.#number() };
        });
      case 'geometrycollection':
        if (depth >= MAX_DEPTH) throw new NotWkt();
        return { type, geometries: this.#list(() => this.geometry(depth + 1)) };
      default:
        throw new NotWkt();
    }
  }

  #next(): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new NotWkt();
    return token;
  }

  #isEmpty(): boolean {
    const empty = this.#tokens[this.#at]?.toLowerCase() === 'empty';
    if (empty) this.#at++;
    return empty;
  }

  #inBrackets<T>(read: () => T): T {
    if (this.#next() !== '(') throw new NotWkt();
    const value = read();
    if (this.#next() !== ')') throw new NotWkt();
    return value;
  }

  #list<T>(read: () => T): T[] {
    if (this.#isEmpty()) return [];
    return this.#inBrackets(() => {
      const values = [read()];
      while (this.#tokens[this.#at] === ',') {
        this.#at++;
        values.push(read());
      }
      return values;
    });
  }

  #lines(): Position[][] {
    return this.#list(() => this.#positions());
  }

  #positions(): Position[] {
    return this.#list(() => this.#position());
  }

  #position(): Position {
    const position = [this.#number(), this.#number()] as const;
    const next = this.#tokens[this.#at];
    if (next !== undefined && javaDouble(next) !== null) {
      if (!this.#ignoreZ) throw new NotWkt();
      this.#at++;
    }
    return position;
  }

  #number(): number {
    const value = javaDouble(this.#next());
    if (value === null) throw new NotWkt();
    return value;
  }
}
