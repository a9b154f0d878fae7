import { type IndexRules, NESTED_LIMITS } from '../dynamic-rules.ts';
import type { FieldKind } from '../field-kind.ts';
import type { Json } from './json.ts';
import { type KindContext, kindOf, type OnUnmatched } from './kind-of.ts';
import type { Mapping, ObjectNode } from './mapping-model.ts';
import { numberSetting } from './normal-settings.ts';

/**
 * The mapping as the engine is told of it.
 * @param unmatched told by path of what nothing can match
 * @param settings what is below `index`, for analyzers that dynamic templates may name
 */
export function rulesOf(
  mapping: Mapping,
  context: KindContext,
  version: number,
  unmatched: (path: string, what: string) => void,
  settings: Json = {},
): IndexRules {
  const fields: [string, FieldKind][] = [];
  const walk = (object: ObjectNode, prefix: string, isInRoot: boolean): void => {
    for (const [name, node] of object.members) {
      const path = prefix + name;
      const tell: OnUnmatched = (what) => unmatched(path, what);
      const inRootByParent = node.is === 'object' && isInRoot && node.includeInParent === true;
      // Elasticsearch does not add to the root twice.
      const once = inRootByParent ? { ...node, includeInRoot: false } : node;
      const kind = kindOf(once, context, tell);
      fields.push([path, kind]);
      // What is in an object that is not looked at has no kind of its own.
      if (node.is === 'object' && kind.enabled !== false)
        walk(node, `${path}.`, inRootByParent || node.includeInRoot === true);
    }
  };
  const { root } = mapping;
  walk(root, '', true);
  const { dynamic } = root;
  const { dynamicTemplates = [], dynamicDateFormats } = mapping;
  return {
    version,
    fields,
    ...(root.enabled === false ? { enabled: false as const } : {}),
    ...(dynamic === undefined || dynamic === 'true' ? {} : { dynamic }),
    ...(dynamicTemplates.length > 0 ? { dynamicTemplates, ...analysisOf(settings) } : {}),
    ...(mapping.dateDetection === false ? { dateDetection: false as const } : {}),
    ...(dynamicDateFormats === undefined ? {} : { dynamicDateFormats }),
    ...(mapping.numericDetection === true ? { numericDetection: true as const } : {}),
    ...limitOf(settings),
    ...nestedLimitsOf(settings),
    ...analyzersOf(context),
    ...(context.coerce ? {} : { coerce: false as const }),
    ...(context.ignoreMalformed ? { ignoreMalformed: true as const } : {}),
  };
}

function limitOf(settings: Json): Pick<IndexRules, 'fieldLimit'> {
  const fieldLimit = numberSetting(settings, 'mapping.total_fields.limit', 0);
  return fieldLimit > 0 ? { fieldLimit } : {};
}

function nestedLimitsOf(settings: Json): Pick<IndexRules, 'nestedLimits'> {
  const fields = numberSetting(settings, 'mapping.nested_fields.limit', NESTED_LIMITS.fields);
  const objects = numberSetting(settings, 'mapping.nested_objects.limit', NESTED_LIMITS.objects);
  const isUsual = fields === NESTED_LIMITS.fields && objects === NESTED_LIMITS.objects;
  return isUsual ? {} : { nestedLimits: { fields, objects } };
}

function analyzersOf({ analysis }: KindContext): Pick<IndexRules, 'analyzers'> {
  const { own } = analysis;
  return Object.keys(own).length === 0 ? {} : { analyzers: own };
}

function analysisOf({ analysis, similarity }: Json): Pick<IndexRules, 'settings'> {
  if (analysis === undefined && similarity === undefined) return {};
  return { settings: { ...(analysis ? { analysis } : {}), ...(similarity ? { similarity } : {}) } };
}
