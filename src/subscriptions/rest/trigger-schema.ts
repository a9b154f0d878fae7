import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { ConfigError } from '../../config-load.ts';
import type { JsonObject } from '../model.ts';
import { complaint } from './complaints.ts';

/** @throws EstromError BAD_REQUEST that names the member of the trigger that is wrong */
export type CheckTrigger = (trigger: JsonObject) => void;

/** Any object. */
export const ANY_TRIGGER: CheckTrigger = () => {};

/**
 * Compiles the operator's JSON Schema (draft-07) for triggers. `format` is an annotation, as the
 * draft allows; keywords that the draft does not have are ignored, as it demands.
 * @param what names the schema in errors
 * @throws ConfigError when it is no such schema
 */
export function compileTriggerSchema(schema: unknown, what: string): CheckTrigger {
  try {
    const ajv = new Ajv({ strict: false, validateFormats: false, verbose: true, logger: false });
    const validate = ajv.compile(schema as object);
    return (trigger) => {
      if (validate(trigger)) return;
      throw complaint(validate.errors![0]!, 'subscription.trigger');
    };
  } catch (error) {
    throw new ConfigError(
      `${what} is not a JSON Schema (draft-07) that can be used: ${(error as Error).message}`,
    );
  }
}

/** A schema, and what checks by it. */
export interface TriggerSchema {
  readonly schema: object;
  readonly check: CheckTrigger;
}

/**
 * The same from a file.
 * @throws ConfigError when it cannot be read or is no schema
 */
export function loadTriggerSchema(file: string): TriggerSchema {
  let schema: object;
  try {
    schema = JSON.parse(readFileSync(file, 'utf8')) as object;
  } catch (error) {
    const reason = (error as Error).message;
    throw new ConfigError(`the schema of triggers ${file} cannot be read: ${reason}`);
  }
  return { schema, check: compileTriggerSchema(schema, file) };
}
