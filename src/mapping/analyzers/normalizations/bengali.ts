const VIRAMA = '\u09cd';

/** Letters that are spelt for others. */
const PLAIN: Readonly<Record<string, string>> = {
  '\u09c0': '\u09bf',
  '\u09c2': '\u09c1',
  '\u0999': '\u0982',
  '\u09b6': '\u09b8',
  '\u09b7': '\u09b8',
  '\u09a3': '\u09a8',
  '\u09dc': '\u09b0',
  '\u09dd': '\u09b0',
  '\u09ce': '\u09a4',
};

/** Bengali as it sounds, after UzZaman and Khan, as Lucene has it: the word is changed in place. */
export function normalBengali(word: string): string {
  const s = [...Array(word.length).keys()].map((at) => word[at]!);
  for (let at = 0; at < s.length; at += 1) {
    switch (s[at]) {
      case '\u0981':
        s.splice(at, 1);
        at -= 1;
        break;
      case '\u0995':
        khio(s, at);
        break;
      case '\u09af':
        at = jaPhala(s, at);
        break;
      case '\u09ac':
        at = baPhala(s, at);
        break;
      case '\u0983':
        visarga(s, at);
        break;
      default:
        s[at] = PLAIN[s[at]!] ?? s[at]!;
    }
  }
  return s.join('');
}

/** Each of these answers where it has come to. */
function khio(s: string[], at: number): void {
  if (s[at + 1] !== VIRAMA || s[at + 2] !== '\u09bf') return;
  if (at === 0) s.splice(0, 3, '\u0996');
  else s.splice(at + 1, 2, '\u0996');
}

function jaPhala(s: string[], at: number): number {
  if (at === 0 || s[at - 1] !== VIRAMA) return at;
  if (at !== 2) {
    s.splice(at - 1, 2);
    return at - 2;
  }
  s[at - 1] = '\u09c7';
  if (s[at + 1] === '\u09be') s.splice(at + 1, 1);
  s.splice(at, 1);
  return at - 1;
}

function baPhala(s: string[], at: number): number {
  if (at < 2 || s[at - 1] !== VIRAMA) return at;
  if (at === 2 || (at >= 5 && s[at - 3] === VIRAMA)) {
    s.splice(at - 1, 2);
    return at - 2;
  }
  s[at - 1] = s[at - 2]!;
  s.splice(at, 1);
  return at - 1;
}

function visarga(s: string[], at: number): void {
  if (at < s.length - 1) s[at] = s[at + 1]!;
  else if (s.length <= 3) s[at] = '\u09b9';
  else s.pop();
}
