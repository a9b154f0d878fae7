import { cutEnd, cuts, type Stem } from './stem.ts';

/** Yya is the letter of its own (U+09DF), not ya with a dot. */
const ENDINGS = cuts([
  [9, 8, 'ি\u09dfাছিলাম িতেছিলাম িতেছিলেন ইতেছিলেন ি\u09dfাছিলেন ই\u09dfাছিলেন'],
  [8, 7, 'িতেছিলি িতেছিলে ি\u09dfাছিলা ি\u09dfাছিলে িতেছিলা ি\u09dfাছিলি \u09dfেদেরকে'],
  [7, 6, 'িতেছিস িতেছেন ি\u09dfাছিস ি\u09dfাছেন েছিলাম েছিলেন েদেরকে'],
  [6, 5, 'িতেছি িতেছা িতেছে ছিলাম ছিলেন ি\u09dfাছি ি\u09dfাছা ি\u09dfাছে েছিলে েছিলা \u09dfেদের দেরকে'],
  [5, 4, 'িলাম িলেন িতাম িতেন িবেন ছিলি ছিলে ছিলা তেছে িতেছ খানা খানি গুলো গুলি \u09dfেরা েদের'],
  [
    4,
    3,
    'লাম িলি ইলি িলে ইলে লেন িলা ইলা তাম িতি ইতি িতে ইতে তেন িতা িবা ইবা িবি ইবি বেন িবে ইবে ছেন \u09dfোন \u09dfের েরা দের',
  ],
  [3, 2, 'িস েন লি লে লা তি তে তা বি বে বা ছি ছা ছে ুন ুক টা টি নি ের রা কে'],
  [2, 1, 'ি ী া ো ে ব ত'],
]);

/** The stemmer for Bengali after Sengupta and Chaudhuri, as Lucene has it. */
export const stemBengali: Stem = (word) => cutEnd(word, ENDINGS);
