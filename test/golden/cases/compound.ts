import { bool, type CaseGroup, match, string, term, terms } from '../case.ts';

type Dsl = Record<string, unknown>;
const disMax = (...queries: Dsl[]): Dsl => ({ dis_max: { queries } });
const boosting = (positive: Dsl, negative: Dsl, negative_boost: unknown = 0.5): Dsl => ({
  boosting: { positive, negative, negative_boost },
});
const constant = (filter: Dsl): Dsl => ({ constant_score: { filter, boost: 1.2 } });

const [RED, BIG, CAT, DOG] = [
  term('tags', 'red'),
  term('tags', 'big'),
  term('tags', 'cat'),
  term('tags', 'dog'),
];
const [NONE, ALL] = [{ match_none: {} }, { match_all: {} }];
const shoulds = (minimum_should_match: unknown, ...should: Dsl[]): Dsl =>
  bool({ should, minimum_should_match });
const SPECS = [0, 1, 2, 3, '2', '-1', '-3', '50%', '75%', '-25%', '-50%', '100%', '200%'];
const CONDITIONS = ['2<75%', '2<-25% 9<-3', '1<2 3<4', '3<1', '4<90%', '2 < 75%', '0<3'];

export const compound: CaseGroup[] = [
  {
    name: 'one of several',
    document: { tags: ['red', 'big'], n: 5 },
    queries: [
      disMax(RED),
      disMax(CAT),
      disMax(RED, CAT),
      disMax(CAT, DOG),
      disMax(CAT, disMax(DOG, BIG)),
      disMax(NONE, CAT),
      disMax(NONE, ALL),
      { dis_max: { queries: RED, tie_breaker: 0.7, boost: 2 } },
      { dis_max: { queries: CAT } },
      disMax(match('tags', 'cat red'), term('n', 6)),
      disMax(match('tags', 'cat dog'), term('n', 6)),
      disMax(string('tags:(cat AND red)'), string('n:>4')),
      disMax(string('tags:(cat AND red)'), string('n:>5')),
      bool({ must: [disMax(RED, CAT), disMax(BIG, DOG)] }),
      bool({ must: [disMax(RED, CAT), disMax(CAT, DOG)] }),
      bool({ must_not: [disMax(RED, CAT)] }),
      bool({ must_not: [disMax(DOG, CAT)] }),
    ],
  },
  {
    name: 'negations that count towards a minimum',
    document: { tags: ['red', 'big'], n: 5 },
    queries: [RED, CAT].flatMap((first) =>
      [2, 3].flatMap((least) => [
        shoulds(least, first, bool({ must_not: [CAT] }), bool({ must_not: [DOG] })),
        shoulds(least, first, BIG, bool({ must_not: [CAT] })),
        shoulds(least, first, BIG, bool({ must_not: [RED] }), DOG),
        shoulds(least, first, bool({ should: [bool({ must_not: [CAT] }), DOG] }), BIG),
        bool({ must_not: [shoulds(least, first, BIG, bool({ must_not: [DOG] }))] }),
      ]),
    ),
  },
  {
    name: 'what only demotes',
    document: { tags: ['red', 'big'], n: 5 },
    queries: [
      boosting(RED, BIG),
      boosting(RED, CAT),
      boosting(CAT, RED),
      boosting(ALL, RED, 0),
      boosting(NONE, RED, '0.2'),
      boosting(bool({ must: [RED], must_not: [CAT] }), BIG),
      boosting(bool({ must: [RED], must_not: [BIG] }), CAT),
      bool({ filter: boosting(RED, RED) }),
      bool({ must_not: boosting(RED, RED) }),
      constant(RED),
      constant(CAT),
      constant(constant(BIG)),
      constant(boosting(DOG, RED)),
      bool({ should: [constant(RED), constant(CAT)], minimum_should_match: 2 }),
      bool({ should: [constant(RED), constant(BIG)], minimum_should_match: 2 }),
      NONE,
      { match_none: { boost: 2, _name: 'nothing' } },
      bool({ must_not: NONE }),
      bool({ must: [RED, NONE] }),
      bool({ should: [RED, NONE] }),
      terms('tags', 'cat', 'red'),
      terms('tags', 'cat', 'dog'),
      terms('tags'),
      { terms: { tags: ['big'], boost: 3, _name: 'size' } },
      { terms: { n: [4, '5'] } },
      { terms: { n: [4, 6] } },
    ],
  },
  {
    name: 'minimum_should_match in every form',
    document: { tags: ['red', 'big'] },
    queries: [...SPECS, ...CONDITIONS].flatMap((spec) => [
      shoulds(spec, RED, CAT),
      shoulds(spec, RED, BIG, CAT),
      shoulds(spec, RED, CAT, DOG, BIG),
    ]),
  },
  {
    name: 'bools of little',
    document: { tags: ['red', 'big'] },
    queries: [
      bool({}),
      bool({ adjust_pure_negative: false }),
      bool({ must_not: CAT, adjust_pure_negative: false }),
      bool({ must_not: CAT, adjust_pure_negative: true }),
      bool({ must_not: RED, adjust_pure_negative: false }),
      bool({ must_not: CAT, must: RED, adjust_pure_negative: false }),
      bool({ must: bool({ must_not: CAT, adjust_pure_negative: false }) }),
      bool({ must_not: bool({ must_not: CAT, adjust_pure_negative: false }) }),
      bool({ should: [bool({ must_not: CAT, adjust_pure_negative: false }), RED] }),
      bool({ mustNot: CAT }),
      bool({ mustNot: RED }),
      bool({ must_not: CAT, minimum_should_match: 1 }),
      bool({ must: RED, minimum_should_match: 1 }),
      bool({ must: RED, should: CAT }),
      bool({ must: RED, should: CAT, minimum_should_match: 1 }),
      bool({ must: RED, should: [CAT, BIG], minimum_should_match: '100%' }),
      bool({ must: RED, should: [CAT, BIG], minimum_should_match: '50%' }),
      bool({ filter: [], must: [], should: [], must_not: [] }),
      bool({ should: RED, must_not: CAT, minimum_should_match: 0 }),
      bool({ should: CAT, must_not: DOG, minimum_should_match: 0 }),
      bool({ should: CAT, must_not: DOG, must: ALL }),
      bool({ should: [RED, RED, CAT], minimum_should_match: 2 }),
      bool({ should: [RED, CAT, CAT], minimum_should_match: 2 }),
      bool({ boost: 2, _name: 'named', must: { term: { tags: { value: 'red', boost: 3 } } } }),
    ],
  },
];
