import type { Dynamic, DynamicTemplate } from '../dynamic-rules.ts';
import type { Json } from './json.ts';

/** A field, or a multi-field of one. */
export interface FieldNode {
  readonly is: 'field';
  readonly type: string;
  /** What was given and is not the default, in normal form. */
  readonly params: ReadonlyMap<string, unknown>;
  readonly copyTo: readonly string[];
  readonly fields: ReadonlyMap<string, FieldNode>;
}

export interface AliasNode {
  readonly is: 'alias';
  readonly path: string;
}

export interface ObjectNode {
  readonly is: 'object';
  readonly nested: boolean;
  readonly dynamic?: Dynamic;
  readonly enabled?: boolean;
  readonly includeInParent?: boolean;
  readonly includeInRoot?: boolean;
  readonly members: ReadonlyMap<string, MappingNode>;
}

export type MappingNode = FieldNode | AliasNode | ObjectNode;

/** A parsed mapping. What was not given is left out, so that it stays what it was when merged. */
export interface Mapping {
  readonly root: ObjectNode;
  readonly dynamicTemplates?: readonly DynamicTemplate[];
  readonly dateDetection?: boolean;
  readonly numericDetection?: boolean;
  readonly dynamicDateFormats?: readonly string[];
  readonly meta?: Json;
  /** `_source`, `_routing` and the like, as they are shown. */
  readonly metadata: ReadonlyMap<string, Json>;
}

export const EMPTY_MAPPING: Mapping = {
  root: { is: 'object', nested: false, members: new Map() },
  metadata: new Map(),
};
