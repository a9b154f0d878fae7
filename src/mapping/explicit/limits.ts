import { NESTED_LIMITS } from '../dynamic-rules.ts';
import type { MappingLimits } from './check-mapping.ts';
import type { Json } from './json.ts';
import { numberSetting } from './normal-settings.ts';

/** Elasticsearch's own limits, where the index's settings have no others. */
export function limitsOf(settings: Json): MappingLimits {
  return {
    fields: numberSetting(settings, 'mapping.total_fields.limit', 1000),
    depth: numberSetting(settings, 'mapping.depth.limit', 20),
    nested: numberSetting(settings, 'mapping.nested_fields.limit', NESTED_LIMITS.fields),
  };
}
