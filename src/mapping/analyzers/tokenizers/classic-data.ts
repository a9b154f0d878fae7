/**
 * Letters and digits of Lucene's old grammar, which knows no characters above U+FFFF: lengths of runs in base 36,
 * in turn of others and of these.
 */
export const CLASSIC_WORDS = [
  '1c a 7 q 6 q 1b 1 a 1 4 1 5 n 1 v 1 88 2 i s 2m 2 9 2 7 e 2 e 5 9 1 3v 1 b 1 1 3 1 1 1 k 1 ',
  '18 1 8 2 q c 3m a 1l 2 2 2 2 3 12 2 2 1j 12 2 1 7 13 20 r 5 3 1a q 5 b l a 7 2r 1 1 f 2 9 d ',
  'j 1 1 r 2b 12 9r 1h 3 1 i 1 7 a 4 a l 8 2 2 2 m 1 7 1 1 3 4 y 2 1 3 4 c j 6 4 2 2 m 1 7 1 2 ',
  '1 2 1 2 v 4 1 1 7 a 2 3 g 7 1 1 1 3 1 m 1 7 1 2 1 5 3 1 i 1 f 1 5 a l 8 2 2 2 m 1 7 1 2 2 4 ',
  '3 1 u 2 1 3 4 a l 6 3 3 1 4 3 2 1 1 1 2 3 2 3 3 3 8 1 3 19 9 l 8 1 3 1 n 1 a 1 5 12 2 4 a l ',
  '8 1 3 1 n 1 a 1 5 10 1 1 2 4 a l 8 1 3 1 n 1 g 12 2 4 a l i 3 o 1 9 1 1 2 7 1l 2i 13 2 1 1 ',
  '2 2 1 1 2 1 6 4 1 7 1 3 1 1 1 1 2 2 1 4 1 2 9 1 2 5 1 1 9 a 2 2 y 1 v a m 8 1 y t 4 38 y 1 ',
  '5 1 2 l a 6 6 22 12 a 13 9 2i 5 1w 5 2a 6 7 1 1r 1 1 1 4 2 7 1 1 1 4 2 13 1 1 1 4 2 v 1 1 1 ',
  '4 2 7 1 1 1 4 2 7 1 7 1 n 1 v 1 1 1 4 2 7 1 13 1 j e 9 1a 2d c h8 2 8 a q 5 23 45 1g 18 a ',
  '12 a 6 2g 8 15 11z 4c 4 2i 6 m 2 6 2 12 2 6 2 8 1 1 1 1 1 1 1 v 2 1h 1 7 1 1 3 3 1 7 3 4 2 ',
  '6 4 d 5 3 1 7 3m 1 3m 1 4 1 2 a 1 1 3 5 6 1 1 1 1 1 1 4 1 3 1 7 2x7 2 16 5 6z 2m h o ls8 wd ',
  '1gz 8mc 6zg 7 c 5 5 1 1 a 1 d 1 5 1 1 1 2 1 2 1 30 x a3 i 1s 2 1i 14 c 38 3 1 1 1 3r j a 7 ',
  'q 6 q 1x v 3 6 2 6 2 6 2 3 z',
].join('');

/** The digits among them. */
export const CLASSIC_DIGITS = [
  '1c a 17q a 3q a h8 a 3a a 3a a 3a a 3a a 3b 9 3a a 3a a 3a a 68 a 3a a 1y a 7q a m7 9 vi a ',
  '12 a 19me a 6e',
].join('');
