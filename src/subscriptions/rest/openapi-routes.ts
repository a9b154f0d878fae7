import type { FastifyInstance } from 'fastify';
import { type OpenapiOptions, openapi } from './openapi.ts';
import { openapiPage } from './openapi-page.ts';

/** `GET /openapi.json`, and `GET /openapi` for people. */
export function openapiRoutes(app: FastifyInstance, options: OpenapiOptions): void {
  const description = openapi(options);
  const json = JSON.stringify(description);
  const page = openapiPage(description);
  app.get('/openapi.json', (_request, reply) => {
    reply.type('application/json; charset=utf-8').send(json);
  });
  app.get('/openapi', (_request, reply) => {
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
      .send(page);
  });
}
