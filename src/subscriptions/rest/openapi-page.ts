/** What the page shows of a description. */
interface Described {
  readonly info: { readonly title: string; readonly description: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

interface Operation {
  readonly summary: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { description: string; content: Content }>>;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly description: string;
  readonly schema: { readonly type: string; readonly default?: unknown };
}

type Content = Readonly<Record<string, { readonly schema: { readonly $ref: string } }>>;

const STYLE = `
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color-scheme: light dark; }
  h2 { margin-top: 2.5rem; font-size: 1.1rem; }
  code, pre { font-family: ui-monospace, monospace; font-size: 0.9em; }
  pre { overflow: auto; padding: 1rem; border: 1px solid #8886; }
  table { border-collapse: collapse; width: 100%; }
  td { border-top: 1px solid #8886; padding: 0.2rem 1rem 0.2rem 0; vertical-align: top; }
`;

/** A description of an API as a page, without scripts or anything from elsewhere. */
export function openapiPage(description: Readonly<Record<string, unknown>>): string {
  const { info, paths, components } = description as unknown as Described;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => operationPart(method, path, operation)),
  );
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) =>
      `<h2 id="${escaped(name)}">${escaped(name)}</h2><pre>${escaped(JSON.stringify(schema, null, 2))}</pre>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(info.title)}</title>
<meta name="viewport" content="width=device-width"><style>${STYLE}</style></head><body>
<h1>${escaped(info.title)}</h1>
<p>${escaped(info.description)} Version ${escaped(info.version)};
for programs: <a href="openapi.json">openapi.json</a>.</p>
${operations.join('\n')}
${schemas.join('\n')}
</body></html>
`;
}

function operationPart(method: string, path: string, operation: Operation): string {
  const { summary, parameters, requestBody, responses } = operation;
  const rows = [
    ...parameters.map(parameterRow),
    ...(requestBody === undefined ? [] : [row('body', schemaLink(requestBody.content))]),
    ...Object.entries(responses).map(([status, answer]) =>
      row(
        `<b>${escaped(status)}</b>`,
        `${escaped(answer.description)}: ${schemaLink(answer.content)}`,
      ),
    ),
  ];
  return `<h2><code>${method.toUpperCase()} ${escaped(path)}</code></h2>
<p>${escaped(summary)}</p><table>${rows.join('')}</table>`;
}

function parameterRow({ name, in: place, description, schema }: Parameter): string {
  const given = schema.default === undefined ? '' : `, ${String(schema.default)} by default`;
  const about = `${description} (${schema.type} in the ${place}${given})`;
  return row(`<code>${escaped(name)}</code>`, escaped(about));
}

function schemaLink(content: Content): string {
  const name = Object.values(content)[0]?.schema.$ref.split('/').at(-1) ?? '';
  return `<a href="#${escaped(name)}">${escaped(name)}</a>`;
}

/** Of parts that are HTML already. */
function row(name: string, about: string): string {
  return `<tr><td>${name}</td><td>${about}</td></tr>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
