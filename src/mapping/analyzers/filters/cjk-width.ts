import { mapTexts } from '../token-stream.ts';
import type { FilterSpec } from './token-filter.ts';

/** What the kana of half width, from U+FF65 on, are in full width; the last two are marks. */
const KANA =
  '・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン\u3099\u309a';
const VOICED = '\uff9e';

/** Kana that a mark changes, and what they become. */
const WITH_VOICED = 'ウカキクケコサシスセソタチツテトハヒフヘホワヰヱヲヽ';
const BECOME_VOICED = 'ヴガギグゲゴザジズゼゾダヂヅデドバビブベボヷヸヹヺヾ';
const WITH_HALF = 'ハヒフヘホ';
const BECOME_HALF = 'パピプペポ';

/** ASCII of full width becomes plain, and kana of half width full. */
export const cjkWidth: FilterSpec = {
  parameters: {},
  normalizes: true,
  build: () => ({ filter: (stream) => mapTexts(stream, widthOf) }),
};

function widthOf(text: string): string {
  if (!/[\uff01-\uff9f]/.test(text)) return text;
  let even = '';
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit >= 0xff01 && unit <= 0xff5e) even += String.fromCharCode(unit - 0xfee0);
    else if (unit >= 0xff65 && unit <= 0xff9f) even = withKana(even, text[at]!);
    else even += text[at];
  }
  return even;
}

function withKana(before: string, kana: string): string {
  if (kana >= VOICED) {
    const [from, to] = kana === VOICED ? [WITH_VOICED, BECOME_VOICED] : [WITH_HALF, BECOME_HALF];
    const found = before === '' ? -1 : from.indexOf(before.at(-1)!);
    if (found >= 0) return before.slice(0, -1) + to[found];
  }
  return before + KANA[kana.charCodeAt(0) - 0xff65];
}
