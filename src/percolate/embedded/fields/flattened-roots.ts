import type { FieldKind } from '../../../mapping/field-kind.ts';
import type { FieldForm } from '../compile/field-forms.ts';
import { keyedPlace } from './form-names.ts';

const NOTHING: readonly FieldForm[] = [];

/** Paths that are flattened objects in some index: any path below them is a field of that index. */
export class FlattenedRoots {
  readonly #roots = new Map<string, FieldForm[]>();

  /** @param name of the form that the object has */
  add(path: string, name: string, kind: FieldKind): void {
    const known = this.#roots.get(path) ?? [];
    this.#roots.set(path, [...known, { name, place: keyedPlace(path, name), kind }]);
  }

  /** What a path can be as a key in such objects. Patterns name none. */
  of(path: string): readonly FieldForm[] {
    if (this.#roots.size === 0) return NOTHING;
    const found: FieldForm[] = [];
    for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
      const key = path.slice(dot + 1);
      for (const form of this.#roots.get(path.slice(0, dot)) ?? NOTHING)
        found.push({ ...form, key });
    }
    return found;
  }
}

/** Whether a path lies below one of these. */
export function isBelow(path: string, roots: ReadonlySet<string>): boolean {
  if (roots.size === 0) return false;
  for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
    if (roots.has(path.slice(0, dot))) return true;
  }
  return false;
}
