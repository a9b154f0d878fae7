import type { Leaf } from '../../../query/ir.ts';
import { compileDocRange } from '../doc-ranges/range-plan.ts';
import { compileShape } from '../geo/shape-plan.ts';
import type { FieldForm } from './field-forms.ts';
import { compileAddresses } from './form-addresses.ts';
import { compileConstant } from './form-constant.ts';
import { compileDates } from './form-dates.ts';
import { compileFlattened } from './form-flattened.ts';
import { compileNumber, compileScaled } from './form-numbers.ts';
import { compileKeyword, compileText } from './form-texts.ts';
import { NONE, type Plan } from './plan.ts';

/** A clause on a field, for where an index has this form of it. */
export function compileForm(leaf: Leaf, form: FieldForm): Plan {
  if (form.kind.type === 'flattened') return compileFlattened(leaf, form);
  // Whether a field is there is asked in the same way of all.
  if (leaf.kind === 'exists') return NONE;
  // Only texts have phrases whose last word is begun.
  if (leaf.kind === 'phrase' && leaf.expansions !== undefined && form.kind.type !== 'text')
    return NONE;
  switch (form.kind.type) {
    case 'text':
      return compileText(leaf, form);
    case 'constant_keyword':
      return compileConstant(leaf, form.place);
    case 'keyword':
      return compileKeyword(leaf, form);
    case 'double':
    case 'half_float':
    case 'unsigned_long':
      return compileNumber(leaf, form.place, form.kind.type);
    case 'scaled_float':
      return compileScaled(leaf, form.place, form.kind.scalingFactor!);
    case 'integer':
    case 'short':
    case 'byte':
    case 'token_count':
      return compileNumber(leaf, form.place, 'integer');
    case 'date':
    case 'date_nanos':
      return compileDates(leaf, form);
    case 'ip':
      return compileAddresses(leaf, form.place);
    case 'geo_shape':
      return leaf.kind === 'geo' ? compileShape(leaf) : NONE;
    case 'integer_range':
    case 'long_range':
    case 'float_range':
    case 'double_range':
    case 'date_range':
    case 'ip_range':
      return compileDocRange(leaf, form);
    default:
      return NONE;
  }
}
