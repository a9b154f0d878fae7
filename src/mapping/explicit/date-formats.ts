import { dateFormat } from '../date-formats/date-format.ts';
import { BadDateFormat } from '../date-formats/pattern.ts';
import { MappingProblem } from './json.ts';

/** @throws MappingProblem unless each of the formats, with `||` between them, can be one */
export function checkDateFormat(format: string): string {
  try {
    return dateFormat(format).text;
  } catch (error) {
    if (error instanceof BadDateFormat) throw new MappingProblem(error.message);
    throw error;
  }
}
