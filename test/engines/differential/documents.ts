import fc from 'fast-check';
import {
  type Json,
  PROFILES,
  type Profile,
  queryText,
  questionText,
  valuesOf,
  vocabulary,
  wordsOf,
} from './values.ts';

/** One field of a round's documents, and what queries may ask of it. */
export interface Field {
  readonly path: string;
  readonly profile: Profile;
  /** Values that come again and again. */
  readonly pool: readonly Json[];
  readonly fresh: fc.Arbitrary<Json>;
  /** Texts to ask for. */
  readonly question: fc.Arbitrary<string>;
}

/** A dot is an object around, or a name with a dot in it: to Elasticsearch they are the same. */
const PATHS = ['message', 'status', 'took', 'at', 'user.name', 'user.age', 'http.url.path', 'tags'];

const field = (path: string): fc.Arbitrary<Field> =>
  fc
    .tuple(vocabulary, fc.constantFrom<Profile>('words', 'words', 'words', ...PROFILES))
    .chain(([words, profile]) => {
      const fresh = valuesOf(profile, wordsOf(words));
      return fc.array(fresh, { minLength: 2, maxLength: 4 }).map((pool) => ({
        path,
        profile,
        pool,
        fresh,
        question: fc.oneof(
          { weight: 5, arbitrary: fc.constantFrom(...pool.map(queryText)) },
          { weight: 2, arbitrary: questionText(profile, wordsOf(words)) },
          ...(profile === 'words' ? [{ weight: 3, arbitrary: fc.constantFrom(...words) }] : []),
        ),
      }));
    });

export const fields: fc.Arbitrary<readonly Field[]> = fc.tuple(...PATHS.map(field));

/** A document as JSON text; most have most of the fields. */
export function documentOf(all: readonly Field[]): fc.Arbitrary<Json> {
  const members = all.map(({ path, pool, fresh, profile }) => {
    const own = fc.oneof(
      { weight: 7, arbitrary: fc.constantFrom(...pool) },
      { weight: 3, arbitrary: fresh },
    );
    const stray = fc.constantFrom('"foo bar"', '7', '1.5', 'true', '"2024-01-01"', '""', '{}');
    const one = fc.oneof(
      { weight: 60, arbitrary: own },
      { weight: 2, arbitrary: fc.constant('null') },
      // Texts take all but objects; of others' strays Elasticsearch refuses the document.
      { weight: profile === 'words' ? 2 : 1, arbitrary: stray },
    );
    const list = fc.array(one, { maxLength: 3 }).map((values) => `[${values.join(',')}]`);
    const value = fc.oneof({ weight: 5, arbitrary: one }, { weight: 1, arbitrary: list });
    const shape = fc.constantFrom('nested', 'nested', 'dotted', 'list');
    return fc.option(
      fc.tuple(value, shape).map(([json, form]) => ({ path, json, form })),
      { freq: 5 },
    );
  });
  return fc.tuple(...members).map((given) => {
    const texts = new Map<string, string[]>();
    for (const member of given) {
      if (member === null) continue;
      const { path, json, form } = member;
      const dot = path.indexOf('.');
      const key = form === 'dotted' || dot < 0 ? path : path.slice(0, dot);
      let inner = json;
      if (key !== path) {
        for (const name of path
          .slice(dot + 1)
          .split('.')
          .reverse())
          inner = `{${JSON.stringify(name)}:${inner}}`;
      }
      if (form === 'list' && key !== path) inner = `[${inner},{"more":${inner}}]`;
      const known = texts.get(key);
      if (known) known.push(inner);
      else texts.set(key, [inner]);
    }
    // Elasticsearch refuses a key that stands twice: several members become a list.
    const parts = [...texts].map(
      ([key, all]) => `${JSON.stringify(key)}:${all.length === 1 ? all[0] : `[${all.join(',')}]`}`,
    );
    return `{${parts.join(',')}}`;
  });
}
