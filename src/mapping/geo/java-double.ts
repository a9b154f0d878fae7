const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[fFdD]?$/;

/** The number that Java's `Double.parseDouble` reads; null for what is none, and for hexadecimal ones. */
export function javaDouble(text: string): number | null {
  const trimmed = text.trim();
  if (trimmed.length > 400 || !DECIMAL.test(trimmed)) return null;
  return Number(trimmed.replace(/[fFdD]$/, ''));
}
