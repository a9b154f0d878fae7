import { cutEnd, cuts, type Stem } from './stem.ts';

const ENDINGS = cuts([
  [6, 5, 'ाएंगी ाएंगे ाऊंगी ाऊंगा ाइयाँ ाइयों ाइयां'],
  [5, 4, 'ाएगी ाएगा ाओगी ाओगे एंगी ेंगी एंगे ेंगे ूंगी ूंगा ातीं नाओं नाएं ताओं ताएं ियाँ ियों ियां'],
  [4, 3, 'ाकर ाइए ाईं ाया ेगी ेगा ोगी ोगे ाने ाना ाते ाती ाता तीं ाओं ाएं ुओं ुएं ुआं'],
  [3, 2, 'कर ाओ िए ाई ाए ने नी ना ते ीं ती ता ाँ ां ों ें'],
  [2, 1, 'ो े ू ु ी ि ा'],
]);

/** The light stemmer for Hindi by Ramanathan and Rao, as Lucene has it. */
export const stemHindi: Stem = (word) => cutEnd(word, ENDINGS);
