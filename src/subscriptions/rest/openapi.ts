import { STATUS_CODES } from 'node:http';
import { PARAMETERS, type ParameterName } from './parameters.ts';
import { SUBSCRIPTION_ROUTES, type SubscriptionRoute } from './route-table.ts';
import { SCHEMAS, type SchemaName } from './schemas.ts';

export interface OpenapiOptions {
  /** Version of estrom. */
  readonly version: string;
  /** As the routes have it. */
  readonly prefix?: string;
  /** Header in which a proxy says who the user is; null: there is none. */
  readonly identityHeader?: string | null;
  /** The operator's JSON Schema of triggers; any object without it. */
  readonly triggerSchema?: object;
  readonly hasDryRun?: boolean;
}

/**
 * The routes of subscriptions as OpenAPI 3.1 describes them, made from the table that they are registered
 * from.
 */
export function openapi(options: OpenapiOptions): Record<string, unknown> {
  const { version, prefix = '', hasDryRun = true } = options;
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of SUBSCRIPTION_ROUTES) {
    if (route.operation === 'test' && !hasDryRun) continue;
    const path = `${prefix}${route.path.replace(/:(\w+)/g, '{$1}')}`;
    paths[path] ??= {};
    paths[path][route.method.toLowerCase()] = operation(route, options);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'estrom: durable subscriptions',
      description:
        'Standing subscriptions with a trigger, a filter and a projection. Compatible with ARLAS Subscriptions.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      version,
    },
    tags: [
      { name: 'end-user', description: "A user's own subscriptions" },
      { name: 'admin', description: "Everybody's subscriptions" },
    ],
    paths,
    components: { schemas: schemas(options.triggerSchema) },
  };
}

function operation(route: SubscriptionRoute, options: OpenapiOptions): Record<string, unknown> {
  const { operation: name, isAdmin, summary, success, errors, body } = route;
  const header = options.identityHeader ?? null;
  const created = name === 'create' ? { headers: { Location: LOCATION } } : {};
  return {
    operationId: isAdmin ? `${name}AsAdmin` : name,
    tags: [isAdmin ? 'admin' : 'end-user'],
    summary,
    parameters: [
      ...(route.path.endsWith('/:id') ? [ID] : []),
      ...(isAdmin || header === null ? [] : [identity(header)]),
      ...route.parameters.map(parameter),
    ],
    ...(body === undefined ? {} : { requestBody: { required: true, content: content(body) } }),
    responses: {
      [success.status]: { ...answer(success.status, success.schema), ...created },
      ...Object.fromEntries(errors.map((status) => [status, answer(status, 'Error')])),
    },
  };
}

const LOCATION = { description: 'address of what was made', schema: { type: 'string' } };
const ID = {
  name: 'id',
  in: 'path',
  required: true,
  description: 'id of a subscription',
  schema: { type: 'string' },
};

function identity(name: string): Record<string, unknown> {
  const description = 'who the user is, as the proxy in front says';
  return { name, in: 'header', required: true, description, schema: { type: 'string' } };
}

function parameter(name: ParameterName): Record<string, unknown> {
  const { description, ...schema } = PARAMETERS[name];
  return { name, in: 'query', required: false, description, schema };
}

function answer(status: number, schema: SchemaName): Record<string, unknown> {
  return { description: STATUS_CODES[status], content: content(schema) };
}

function content(schema: SchemaName): Record<string, unknown> {
  return { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } };
}

/** With the operator's schema in the place of "any object". */
function schemas(trigger: object | undefined): Record<string, unknown> {
  if (trigger === undefined) return SCHEMAS;
  const { UserSubscription } = SCHEMAS;
  const { subscription } = UserSubscription.properties;
  const properties = {
    ...UserSubscription.properties,
    subscription: {
      ...subscription,
      properties: { ...subscription.properties, trigger: { $ref: '#/components/schemas/Trigger' } },
    },
  };
  // Its references start at itself, so it is a document of its own.
  const Trigger = { $id: 'trigger', ...trigger };
  return { ...SCHEMAS, UserSubscription: { ...UserSubscription, properties }, Trigger };
}
