import { bool, type CaseGroup, match, phrase, string, term } from '../case.ts';

type Dsl = Record<string, unknown>;

/** Language, a text in it, and words and phrases to ask for, some of which it has in another form. */
const SENTENCES: Readonly<Record<string, readonly [text: string, ...asked: string[]]>> = {
  arabic: ['والكتاب الجديد للطلاب في المدارس', 'كتاب', 'كتابان جديدة', 'في', 'مدرسة', 'المدارس'],
  armenian: ['Գրքերը սեղանների վրա են', 'գիրք', 'սեղան', 'գրքեր', 'են'],
  basque: ['Etxeetako leiho handiak ireki dituzte', 'etxe', 'leihoak', 'handi', 'dituzte'],
  bengali: ['ছেলেদের বইগুলো টেবিলের উপর আছে', 'ছেলে', 'বই', 'টেবিল', 'আছে', 'বইগুলি'],
  brazilian: ['As decisões rápidas dos ministérios', 'decisão', 'ministério rápido', 'dos', 'as'],
  bulgarian: ['Градините и улиците на големия град', 'градина', 'улица', 'град', 'на', 'големи'],
  catalan: ["L'home i les noies d'aquelles ciutats", 'homes', 'noia', 'ciutat', 'les', "d'home"],
  cjk: ['東京都に住む人々 ｶﾞｷﾞ 한국어 ＡＢＣ', '東京', '京都', '都', 'ガギ', '한국', 'abc', '人々'],
  czech: ['Pražských domů a starých hradech', 'dům', 'hrad', 'pražský', 'a', 'starý'],
  danish: ['Husene ligger ved de gamle gader', 'hus', 'gade', 'gammel', 'ved', 'liggende'],
  dutch: ['De kinderen met de fietsen en eieren', 'kind', 'fiets', 'ei', 'de', 'kinderen'],
  estonian: ['Raamatutest ja õpilastele', 'raamat', 'õpilane', 'ja', 'õpilased'],
  finnish: ['Talojen ikkunoissa ja kaduilla', 'talo', 'ikkuna', 'katu', 'ja', 'taloissa'],
  french: [
    "Les chevaux de l'école nationale jusqu'à l'aujourd'hui",
    'cheval',
    "l'école",
    'écoles nationaux',
    'les de',
    'national',
  ],
  galician: ['As cancións das rapazas galegas', 'canción', 'rapaza galego', 'das', 'rapaz', 'as'],
  german: ['Die Häuser der großen Städte', 'haus', 'haeuser', 'grosse Stadt', 'die', 'Staedte'],
  greek: ['Οι Άνθρωποι στις μεγάλες πόλεις', 'άνθρωπος', 'ΠΟΛΗ', 'μεγάλη', 'οι', 'ανθρωπων'],
  hindi: ['किताबों की दुकानें और लड़के', 'किताब', 'दुकान', 'लडका', 'की', 'लड़कों'],
  hungarian: ['A házakban és a nagy kertekből', 'ház', 'kert', 'nagyok', 'és', 'házak'],
  indonesian: [
    'Membaca buku-buku pelajaran dengan teman-temannya',
    'baca',
    'ajar',
    'teman',
    'dengan',
  ],
  irish: ["An tAthair agus na mbád t-ainm d'fhir", 'athair', 'bád', 'fear', 'an', 'nAthair'],
  italian: [
    "Dell'università italiana e gli studenti",
    'università',
    'studente',
    "l'italiano",
    'gli',
  ],
  latvian: ['Mājas un lielajiem kokiem', 'māja', 'koks', 'liels', 'un'],
  lithuanian: ['Namuose ir didelių miestų gatvės', 'namas', 'miestas', 'gatvė', 'ir', 'moterų'],
  norwegian: ['Husene i de gamle byene', 'hus', 'by', 'gammel', 'de'],
  persian: ['کتاب‌های جدید در کتابخانه‌ی ما', 'کتاب', 'كتاب', 'های', 'در', 'جدید'],
  portuguese: ['As canções das meninas brasileiras', 'canção', 'menino', 'brasileiro', 'das'],
  romanian: ['Cărțile copiilor din orașele mari', 'carte', 'copii', 'oraș', 'din'],
  russian: ['Книги в библиотеках больших городов', 'книга', 'библиотека', 'город', 'в', 'большой'],
  snowball: ["The foxes' running generously", 'fox', 'run', 'generous', 'the', 'generic'],
  sorani: ['پیاوەکان لە شارەکانی گەورە', 'پیاو', 'شار', 'لە', 'پياوەكە'],
  spanish: ['Las canciones de los niños pequeños', 'canción', 'niño', 'pequeña', 'los'],
  swedish: ['Husen vid de gamla gatorna', 'hus', 'gata', 'gammal', 'de'],
  turkish: [
    "Türkiye'nin İstanbul ışıklarında kitaplar",
    'türkiye',
    'istanbul',
    'IŞIK',
    'kitap',
    've',
  ],
};

const own = (analyzer: string, text: string): Dsl => ({
  match: { s: { query: text, analyzer } },
});

/** Fields of languages' analyzers, and queries that name such an analyzer themselves. */
export const languages: readonly CaseGroup[] = Object.entries(SENTENCES).map(
  ([language, [text, ...asked]]) => ({
    name: language,
    mapping: {
      properties: { t: { type: 'text', analyzer: language }, s: { type: 'text' } },
    },
    document: { t: text, s: text },
    queries: [
      ...asked.map((words) => match('t', words, 'and')),
      ...asked.map((words) => own(language, words)),
      ...asked.slice(0, 3).map((words) => term('t', words)),
      ...asked.slice(0, 2).map((words) => string(`t:(${words})`)),
      phrase('t', asked.slice(0, 2).join(' ')),
      phrase('t', text),
      { match_phrase: { t: { query: asked.join(' '), slop: 4 } } },
      bool({ must: [match('t', asked[0]!)], must_not: [match('s', asked[0]!)] }),
      { multi_match: { query: asked[0]!, fields: ['t', 's'], type: 'cross_fields' } },
      { prefix: { t: { value: asked[0]!.slice(0, 3) } } },
      { wildcard: { t: { value: `*${asked[0]!.slice(1, 3)}*` } } },
      { match_bool_prefix: { t: { query: `${asked[1]!} ${asked[0]!.slice(0, 2)}` } } },
    ],
  }),
);
