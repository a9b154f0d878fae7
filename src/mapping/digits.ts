const OTHERS = /[\u0080-\uffff]/g;
const DIGIT = /\p{Nd}/u;
const WIDE_LETTER = /[\uff21-\uff26\uff41-\uff46]/;
const TO_ASCII = 0xfee0;

/** Other scripts' digits, and letters of full width from A to F, as Java's `Character.digit` takes them. */
export function asciiDigits(text: string): string {
  return text.replaceAll(OTHERS, (character) => {
    const unit = character.charCodeAt(0);
    if (WIDE_LETTER.test(character)) return String.fromCharCode(unit - TO_ASCII);
    if (!DIGIT.test(character)) return character;
    // Digits stand in runs of ten.
    let zero = unit;
    while (DIGIT.test(String.fromCharCode(zero - 1))) zero -= 1;
    return String((unit - zero) % 10);
  });
}
