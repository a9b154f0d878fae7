import { DynamicRules, type IndexRules } from '../../src/mapping/dynamic-rules.ts';
import { IndexAnalysis } from '../../src/mapping/explicit/index-analysis.ts';
import { rulesOf } from '../../src/mapping/explicit/index-rules.ts';
import { parseMapping } from '../../src/mapping/explicit/parse-mapping.ts';
import type { MappingRules } from '../../src/mapping/explicit-mappings.ts';

/**
 * Explicit mappings that are there from the beginning and never change.
 * @param mappings by index
 * @param limits of fields, by index
 * @param settings of all of them
 */
export function fixedMappings(
  mappings: ReadonlyMap<string, Record<string, unknown>>,
  limits: ReadonlyMap<string, number> = new Map(),
  settings: Record<string, unknown> = {},
): MappingRules {
  const analysis = new IndexAnalysis(settings);
  const context = { analysis, ignoreMalformed: false, coerce: true };
  const known = new Map<string, IndexRules>();
  const describe = (index: string): IndexRules => {
    let rules = known.get(index);
    if (rules === undefined) {
      const mapping = parseMapping(mappings.get(index) ?? {}, analysis);
      const fieldLimit = limits.get(index);
      rules = { ...rulesOf(mapping, context, 1, () => {}), ...(fieldLimit && { fieldLimit }) };
      known.set(index, rules);
    }
    return rules;
  };
  return {
    describe,
    fieldsOf: (index) => new Map(describe(index).fields),
    dynamicKind: (index, path, found, format) =>
      new DynamicRules(describe(index)).kindOf(path, found, format),
    dynamicAt: (index, path) => new DynamicRules(describe(index)).dynamicAt(path),
    open: () => {},
    names: mappings.keys(),
    isOpen: () => true,
    kept: () => undefined,
    onChange: () => {},
    learnFrom: () => {},
  };
}
