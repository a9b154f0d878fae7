import { cutEnd, cuts, endsWithAny, type Stem } from './stem.ts';

const words = (text: string): readonly string[] => text.split(' ');

/** Stems after which a part of the ending comes back. */
interface Kept {
  /** What comes back. */
  readonly back: string;
  /** Whole stems. */
  readonly stems: ReadonlySet<string>;
  /** Ends of stems. */
  readonly ends: readonly string[];
  /** Stems that end so, as well: none, all vowels, or all but `υ`. */
  readonly vowels: RegExp | null;
  /** Stems for which all that does not hold. */
  readonly not: readonly string[];
}

interface Rule {
  /** Endings that go, with the length that a word must be over. */
  readonly endings: readonly (readonly [over: number, endings: readonly string[]])[];
  readonly kept: Kept | null;
}

function rule(
  endings: readonly (readonly [number, string])[],
  back = '',
  kept: { stems?: string; ends?: string; vowels?: RegExp; not?: string } = {},
): Rule {
  return {
    endings: endings.map(([over, all]) => [over, words(all)]),
    kept: {
      back,
      stems: new Set(words(kept.stems ?? '')),
      ends: kept.ends === undefined ? [] : words(kept.ends),
      vowels: kept.vowels ?? null,
      not: kept.not === undefined ? [] : words(kept.not),
    },
  };
}

const VOWEL = /[αεηιουω]$/;
const VOWEL_NO_Y = /[αεηιοω]$/;

/** Words with a genitive of their own. */
const RULE_0 = cuts([
  [9, 4, 'καθεστωτοσ καθεστωτων'],
  [8, 4, 'γεγονοτοσ γεγονοτων'],
  [8, 3, 'καθεστωτα'],
  [7, 4, 'τατογιου τατογιων'],
  [7, 3, 'γεγονοτα'],
  [7, 2, 'καθεστωσ'],
  [6, 4, 'σκαγιου σκαγιων ολογιου ολογιων κρεατοσ κρεατων περατοσ περατων τερατοσ τερατων'],
  [6, 3, 'τατογια'],
  [6, 2, 'γεγονοσ'],
  [5, 4, 'φαγιου φαγιων σογιου σογιων'],
  [5, 3, 'σκαγια ολογια κρεατα περατα τερατα'],
  [4, 3, 'φαγια σογια φωτοσ φωτων'],
  [4, 2, 'κρεασ περασ τερασ'],
  [3, 2, 'φωτα'],
  [2, 1, 'φωσ'],
]);

/** Of these plurals half of the ending goes, and all of it behind some stems. */
const ALL_OF_ADES = words('οκ μαμ μαν μπαμπ πατερ γιαγι νταντ κυρ θει πεθερ');

const RULES_2_TO_6: readonly Rule[] = [
  rule([[4, 'εδεσ εδων']], 'εδ', { ends: 'οπ ιπ εμπ υπ γηπ δαπ κρασπ μιλ' }),
  rule([[5, 'ουδεσ ουδων']], 'ουδ', {
    ends: 'αρκ καλιακ πεταλ λιχ πλεξ σκ σ φλ φρ βελ λουλ χν σπ τραγ φε',
  }),
  rule([[3, 'εωσ εων']], 'ε', { stems: 'θ δ ελ γαλ ν π ιδ παρ' }),
  rule(
    [
      [2, 'ια'],
      [3, 'ιου ιων'],
    ],
    'ι',
    { vowels: VOWEL },
  ),
  rule(
    [
      [3, 'ικα ικο'],
      [4, 'ικου ικων'],
    ],
    'ικ',
    {
      vowels: VOWEL,
      stems:
        'αλ αδ ενδ αμαν αμμοχαλ ηθ ανηθ αντιδ φυσ βρωμ γερ εξωδ καλπ καλλιν καταδ μουλ μπαν μπαγιατ μπολ μποσ ' +
        'νιτ ξικ συνομηλ πετσ πιτσ πικαντ πλιατσ ποστελν πρωτοδ σερτ συναδ τσαμ υποδ φιλον φυλοδ χασ',
    },
  ),
];

const RULE_7 = cuts([
  [7, 7, 'ηθηκαμε'],
  [6, 6, 'ουσαμε'],
  [5, 5, 'αγαμε ησαμε ηκαμε'],
]);
const RULE_7_AME = rule([[3, 'αμε']], 'αμ', {
  stems: 'αναπ αποθ αποκ αποστ βουβ ξεθ ουλ πεθ πικρ ποτ σιχ χ',
});

const RULE_8 = rule(
  [
    [8, 'ιουντανε'],
    [7, 'ιοντανε'],
    [6, 'ουντανε ηθηκανε'],
    [6, 'ιοτανε'],
    [5, 'οντανε ουσανε'],
    [5, 'αγανε'],
    [4, 'ησανε οτανε ηκανε'],
  ],
  'αγαν',
  { stems: 'τρ τσ' },
);
const RULE_8_ANE = rule([[3, 'ανε']], 'αν', {
  vowels: VOWEL_NO_Y,
  stems:
    'βετερ βουλκ βραχμ γ δραδουμ θ καλπουζ καστελ κορμορ λαοπλ μωαμεθ μ μουσουλμ ν ουλ π πελεκ πλ πολισ πορτολ ' +
    'σαρακατσ σουλτ τσαρλατ ορφ τσιγγ τσοπ φωτοστεφ χ ψυχοπλ αγ γαλ γερ δεκ διπλ αμερικαν ουρ πιθ πουριτ σ ζωντ ' +
    'ικ καστ κοπ λιχ λουθηρ μαιντ μελ σιγ σπ στεγ τραγ τσαγ φ ερ αδαπ αθιγγ αμηχ ανικ ανοργ απηγ απιθ ατσιγγ βασ ' +
    'βασκ βαθυγαλ βιομηχ βραχυκ διατ διαφ ενοργ θυσ καπνοβιομηχ καταγαλ κλιβ κοιλαρφ λιβ μεγλοβιομηχ μικροβιομηχ ' +
    'νταβ ξηροκλιβ ολιγοδαμ ολογαλ πενταρφ περηφ περιτρ πλατ πολυδαπ πολυμηχ στεφ ταβ τετ υπερηφ υποκοπ χαμηλοδαπ ψηλοταβ',
});

const RULE_9 = cuts([[5, 5, 'ησετε']]);
const RULE_9_ETE = rule([[3, 'ετε']], 'ετ', {
  vowels: VOWEL_NO_Y,
  stems:
    'αβαρ βεν εναρ αβρ αδ αθ αν απλ βαρον ντρ σκ κοπ μπορ νιφ παγ παρακαλ σερπ σκελ συρφ τοκ υ δ εμ θαρρ θ',
  ends:
    'οδ αιρ φορ ταθ διαθ σχ ενδ ευρ τιθ υπερθ ραθ ενθ ροθ σθ πυρ αιν συνδ συν συνθ χωρ πον βρ καθ ευθ εκθ νετ ρον ' +
    'αρκ βαρ βολ ωφελ',
});

const RULES_12_TO_19: readonly Rule[] = [
  rule([[5, 'ιεστε']], 'ιεστ', { stems: 'π απ συμπ ασυμπ ακαταπ αμεταμφ' }),
  rule([[4, 'εστε']], 'εστ', { stems: 'αλ αρ εκτελ ζ μ ξ παρακαλ προ νισ' }),
  rule([
    [6, 'ηθηκεσ'],
    [5, 'ηθηκα ηθηκε'],
  ]),
  rule(
    [
      [4, 'ηκεσ'],
      [3, 'ηκα ηκε'],
    ],
    'ηκ',
    { stems: 'διαθ θ παρακαταθ προσθ συνθ', ends: 'σκωλ σκουλ ναρθ σφ οθ πιθ' },
  ),
  rule(
    [
      [5, 'ουσεσ'],
      [4, 'ουσα ουσε'],
    ],
    'ουσ',
    {
      vowels: VOWEL,
      stems:
        'φαρμακ χαδ αγκ αναρρ βρομ εκλιπ λαμπιδ λεχ μ πατ ρ λ μεδ μεσαζ υποτειν αμ αιθ ανηκ δεσποζ ενδιαφερ δε ' +
        'δευτερευ καθαρευ πλε τσα',
      ends: 'ποδαρ βλεπ πανταχ φρυδ μαντιλ μαλλ κυματ λαχ ληγ φαγ ομ πρωτ',
    },
  ),
  rule(
    [
      [4, 'αγεσ'],
      [3, 'αγα αγε'],
    ],
    'αγ',
    {
      stems:
        'αβαστ πολυφ αδηφ παμφ ρ ασπ αφ αμαλ αμαλλι ανυστ απερ ασπαρ αχαρ δερβεν δροσοπ ξεφ νεοπ νομοτ ολοπ ομοτ ' +
        'προστ προσωποπ συμπ συντ τ υποτ χαρ αειπ αιμοστ ανυπ αποτ αρτιπ διατ εν επιτ κροκαλοπ σιδηροπ λ ναυ ουλαμ ' +
        'ουρ π τρ μ',
      ends: 'οφ πελ χορτ λλ σφ ρπ φρ πρ λοχ σμην',
      not: 'ψοφ ναυλοχ',
    },
  ),
  rule(
    [
      [4, 'ησου'],
      [3, 'ησε ησα'],
    ],
    'ησ',
    { stems: 'ν χερσον δωδεκαν ερημον μεγαλον επταν' },
  ),
  rule([[4, 'ηστε']], 'ηστ', {
    stems: 'ασβ σβ αχρ χρ απλ αειμν δυσχρ ευχρ κοινοχρ παλιμψ',
  }),
  rule(
    [
      [6, 'ησουνε ηθουνε'],
      [4, 'ουνε'],
    ],
    'ουν',
    { stems: 'ν ρ σπι στραβομουτσ κακομουτσ εξων' },
  ),
  rule(
    [
      [6, 'ησουμε ηθουμε'],
      [4, 'ουμε'],
    ],
    'ουμ',
    { stems: 'παρασουσ φ χ ωριοπλ αζ αλλοσουσ ασουσ' },
  ),
];

const RULE_20 = cuts([
  [5, 3, 'ματων ματοσ'],
  [4, 2, 'ματα'],
]);

/** Only for words that no other rule has changed. */
const RULE_21 = cuts([
  [9, 9, 'ιοντουσαν'],
  [8, 8, 'ιομασταν ιοσασταν ιουμαστε οντουσαν'],
  [7, 7, 'ιεμαστε ιεσαστε ιομουνα ιοσαστε ιοσουνα ιουνται ιουνταν ηθηκατε ομασταν οσασταν ουμαστε'],
  [6, 6, 'ιομουν ιονταν ιοσουν ηθειτε ηθηκαν ομουνα οσαστε οσουνα ουνται ουνταν ουσατε'],
  [
    5,
    5,
    'αγατε ιεμαι ιεται ιεσαι ιοταν ιουμα ηθεισ ηθουν ηκατε ησατε ησουν ομουν ονται ονταν οσουν ουμαι ουσαν',
  ],
  [4, 4, 'αγαν αμαι ασαι αται ειτε εσαι εται ηδεσ ηδων ηθει ηκαν ησαν ησει ησεσ ομαι οταν'],
  [3, 3, 'αει εισ ηθω ησω ουν ουσ'],
  [2, 2, 'αν ασ αω ει εσ ησ οι οσ ου υσ ων'],
  [1, 1, 'α ε η ι ο υ ω'],
]);
const RULE_22 = cuts([
  [0, 5, 'εστερ εστατ'],
  [0, 4, 'οτερ οτατ υτερ υτατ ωτερ ωτατ'],
]);

/** Ntais' stemmer for Greek, as Lucene has it: small letters without accents, and no final sigma. */
export const stemGreek: Stem = (word) => {
  if (word.length < 4) return word;
  let stem = withoutAdes(cutEnd(word, RULE_0));
  for (const each of RULES_2_TO_6) stem = applied(stem, each);
  stem = withoutAme(stem);
  stem = applied(applied(stem, RULE_8), RULE_8_ANE);
  stem = applied(cutEnd(stem, RULE_9), RULE_9_ETE);
  stem = withoutOmaste(withoutOntas(stem));
  for (const each of RULES_12_TO_19) stem = applied(stem, each);
  stem = cutEnd(stem, RULE_20);
  if (stem.length === word.length) stem = cutEnd(stem, RULE_21);
  return cutEnd(stem, RULE_22);
};

function applied(word: string, { endings, kept }: Rule): string {
  for (const [over, all] of endings) {
    if (word.length <= over) continue;
    const ending = all.find((each) => word.endsWith(each));
    if (ending === undefined) continue;
    const stem = word.slice(0, -ending.length);
    return kept !== null && isKept(stem, kept) ? stem + kept.back : stem;
  }
  return word;
}

function isKept(stem: string, { stems, ends, vowels, not }: Kept): boolean {
  if (not.includes(stem) || (not.length > 0 && stem.endsWith('κολλ'))) return false;
  return stems.has(stem) || endsWithAny(stem, ends) || vowels?.test(stem) === true;
}

function withoutAdes(word: string): string {
  if (word.length <= 4 || !endsWithAny(word, ['αδεσ', 'αδων'])) return word;
  const stem = word.slice(0, -4);
  return endsWithAny(stem, ALL_OF_ADES) ? stem : word.slice(0, -2);
}

function withoutAme(word: string): string {
  if (word.length === 5 && word.endsWith('αγαμε')) return word.slice(0, -1);
  return applied(cutEnd(word, RULE_7), RULE_7_AME);
}

function withoutOntas(word: string): string {
  if (word.length <= 5 || !endsWithAny(word, ['οντασ', 'ωντασ'])) return word;
  const stem = word.slice(0, -5);
  if (stem === 'αρχ') return `${stem}οντ`;
  return stem.endsWith('κρε') ? `${stem}ωντ` : stem;
}

function withoutOmaste(word: string): string {
  if (word.length > 6 && word.endsWith('ομαστε')) {
    const stem = word.slice(0, -6);
    if (stem !== 'ον') return stem;
    return `${stem}ομαστ`;
  }
  return word;
}
