import type { Token } from '../../../mapping/standard-analyzer.ts';
import type { Fuzzy, MatchLeaf, PhraseLeaf } from '../../../query/ir.ts';
import { phraseStart, startingWith } from './compile-fields.ts';
import { NONE, or, type Plan, type SpansPlan } from './plan.ts';
import { leastOf, nearToken, plainPhrase, type TextPlace, together } from './token-clauses.ts';
import { isGraph, pathsOf, type Unit, unitsOf } from './token-units.ts';

/** Of a text that begins so, as Elasticsearch has it. */
const EXPANSIONS = 50;

/** A `match` on texts some of whose tokens stand at the same position, or take up several. */
export function matchUnits(leaf: MatchLeaf, tokens: readonly Token[], place: TextPlace): Plan {
  const units = unitsOf(tokens);
  if (units === null) return NONE;
  const hasBegun = leaf.prefix === true && isBegun(leaf.text, tokens);
  const clauses = units.map((unit, at) =>
    unitPlan(unit, place, {
      begun: hasBegun && at === units.length - 1,
      fuzzy: leaf.fuzzy,
    }),
  );
  return together(place.path, clauses, leastOf(leaf, units.length));
}

/** Whether the last token may be only the beginning of one. */
export function isBegun(text: string, tokens: readonly Token[]): boolean {
  return isGraph(tokens) || tokens.at(-1)?.end === text.length;
}

interface Asked {
  readonly begun?: boolean;
  readonly fuzzy?: Fuzzy | undefined;
}

/** One of the tokens, or of the ways. Of several tokens none is begun or like others, nor ways of several. */
export function unitPlan({ tokens, paths }: Unit, place: TextPlace, { begun, fuzzy }: Asked): Plan {
  if (paths !== undefined) {
    const asked = { slop: 0, ...(begun ? { expansions: EXPANSIONS } : {}) };
    return or(
      paths.map((path) =>
        path.length === 1 && fuzzy && !begun
          ? nearToken(path[0]!.text, fuzzy, place.path, place.termClass)
          : pathPlan(path, place, asked),
      ),
    );
  }
  const [only] = tokens;
  const { path, termClass } = place;
  if (tokens.length === 1 && begun) return startingWith(path, termClass, only!.text);
  if (tokens.length === 1 && fuzzy) return nearToken(only!.text, fuzzy, path, termClass);
  return or(tokens.map(({ text }): Plan => ({ op: 'term', path, termClass, text })));
}

type Phrase = Pick<PhraseLeaf, 'slop' | 'expansions'>;

function pathPlan(path: readonly Token[], place: TextPlace, asked: Phrase): Plan {
  return plainPhrase(asked, path, place);
}

/** A phrase on texts some of whose tokens stand at the same position, or take up several. */
export function phraseUnits(leaf: PhraseLeaf, tokens: readonly Token[], place: TextPlace): Plan {
  const { slop, expansions } = leaf;
  if (isGraph(tokens)) {
    if (slop === 0) return graphPhrase(tokens, place, expansions !== undefined);
    const paths = pathsOf(tokens);
    return paths === null ? NONE : or(paths.map((path) => pathPlan(path, place, leaf)));
  }
  const groups = unitsOf(tokens)!;
  const first = tokens[0]!.position;
  const positionOf = (unit: Unit, at: number): number =>
    leaf.gapless ? at : unit.tokens[0]!.position - first;
  const words = groups.flatMap((unit) => unit.tokens.map(({ text }) => text));
  const positions = groups.flatMap((unit, at) => unit.tokens.map(() => positionOf(unit, at)));
  if (expansions !== undefined)
    return phraseStart({ ...place, slop, words, positions }, expansions);
  if (groups.length === 1) return unitPlan(groups[0]!, place, {});
  return { op: 'words', ...place, words, positions, slop };
}

/** Stretches of tokens that follow one another, as Lucene's spans find them; gaps are no matter here. */
function graphPhrase(tokens: readonly Token[], place: TextPlace, begun: boolean): Plan {
  const units = unitsOf(tokens);
  if (units === null) return NONE;
  const clauses = units.map(({ tokens: own, paths }, at) => {
    const isStart = begun && at === units.length - 1;
    if (paths === undefined) {
      return either(own.map((token) => spanToken(token, place, isStart)));
    }
    return either(
      paths.map((path) =>
        inOrder(path.map((token, i) => spanToken(token, place, isStart && i === path.length - 1))),
      ),
    );
  });
  return inOrder(clauses);
}

function spanToken({ text }: Token, { path, termClass }: TextPlace, isStart: boolean): Plan {
  if (!isStart) return { op: 'term', path, termClass, text };
  return spans('terms', [startingWith(path, termClass, text)]);
}

function inOrder(clauses: readonly Plan[]): Plan {
  return clauses.length === 1 ? clauses[0]! : spans('ordered', clauses);
}

function either(clauses: readonly Plan[]): Plan {
  const isPlain = clauses.length === 1 || clauses.every(({ op }) => op === 'term');
  return isPlain ? or(clauses) : spans('or', clauses);
}

function spans(shape: SpansPlan['shape'], children: readonly Plan[]): SpansPlan {
  return { op: 'spans', shape, first: 0, second: 0, children };
}
