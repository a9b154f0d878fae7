import { Ajv2020 } from 'ajv/dist/2020.js';
import fastify from 'fastify';
import { expect, it } from 'vitest';
import { openapi } from '../../../src/subscriptions/rest/openapi.ts';
import { openapiRoutes } from '../../../src/subscriptions/rest/openapi-routes.ts';
import { draft, startSubscriptions } from './subscription-server.ts';

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: unknown;
  readonly responses: Record<string, unknown>;
}

const TRIGGER = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  properties: { job: { $ref: '#/definitions/job' } },
  definitions: { job: { type: 'array' } },
};

function described(options: Partial<Parameters<typeof openapi>[0]> = {}) {
  return openapi({ version: '1.2.3', ...options }) as {
    readonly paths: Record<string, Record<string, Operation>>;
    readonly components: { readonly schemas: Record<string, object> };
  };
}

it('describes every route under its prefix, each by a name of its own', () => {
  const { paths } = described({ prefix: '/p', identityHeader: 'arlas-user' });
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  expect(routes.sort()).toEqual(
    [
      ...['delete', 'get', 'put'].map((method) => `${method} /p/admin/subscriptions/{id}`),
      ...['get', 'post'].map((method) => `${method} /p/admin/subscriptions`),
      ...['delete', 'get', 'put'].map((method) => `${method} /p/subscriptions/{id}`),
      ...['get', 'post'].map((method) => `${method} /p/subscriptions`),
      'post /p/subscriptions/_test',
      'post /p/admin/subscriptions/_test',
    ].sort(),
  );
  const ids = Object.values(paths).flatMap((path) =>
    Object.values(path).map(({ operationId }) => operationId),
  );
  expect(new Set(ids).size).toBe(12);
  const names = (path: string) => paths[path]!['get']!.parameters.map(({ name }) => name);
  expect(names('/p/subscriptions/{id}')).toEqual(['id', 'arlas-user', 'pretty']);
  expect(names('/p/admin/subscriptions')).toContain('created-by-admin');
  expect(Object.keys(described({ hasDryRun: false }).paths)).not.toContain('/subscriptions/_test');
});

it('describes answers as they are', async () => {
  const { components, paths } = described();
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const check = (schema: string, body: unknown) => {
    const $ref = `#/components/schemas/${schema}`;
    const validate = ajv.compile({ components, $ref });
    expect([validate(body), validate.errors]).toEqual([true, null]);
  };
  const { ask } = await startSubscriptions();
  const made = await ask('POST', '/subscriptions', { body: draft() });
  check('UserSubscription', draft());
  check('UserSubscriptionWithLinks', made.body);
  check('SubscriptionListResource', (await ask('GET', '/subscriptions')).body);
  const missing = await ask('GET', '/subscriptions/x');
  check('Error', missing.body);
  const { responses } = paths['/subscriptions/{id}']!['get']!;
  expect(Object.keys(responses)).toContain(String(missing.status));
});

it("has the operator's schema of triggers, with its references", () => {
  const { components } = described({ triggerSchema: TRIGGER });
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const { $schema: _, ...trigger } = components.schemas['Trigger'] as Record<string, unknown>;
  const schemas = { ...components.schemas, Trigger: trigger };
  const $ref = '#/components/schemas/UserSubscription';
  const validate = ajv.compile({ components: { schemas }, $ref });
  const { subscription } = draft();
  const withJob = (job: unknown) => draft({ subscription: { ...subscription, trigger: { job } } });
  expect(validate(withJob(['Actor']))).toBe(true);
  expect(validate(withJob('Actor'))).toBe(false);
});

it('is served for programs, and as a page for people', async () => {
  const app = fastify();
  openapiRoutes(app, { version: '1.2.3', identityHeader: '<script>' });
  const json = await app.inject('/openapi.json');
  expect(json.json()).toEqual(openapi({ version: '1.2.3', identityHeader: '<script>' }));
  const page = await app.inject('/openapi');
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(page.body).toContain('<code>PUT /admin/subscriptions/{id}</code>');
  expect(page.body).not.toContain('<script>');
  await app.close();
});
