import type { FastifyInstance } from 'fastify';
import { EstromError } from '../errors.ts';
import { nearest } from '../nearest.ts';

interface Entry {
  readonly pattern: RegExp;
  readonly methods: Set<string>;
}

/** Where Elasticsearch is asked for what it has. */
const SEARCHES = /^(?:\/[^/]+)?\/(?:_search|_count|_msearch)\/?$/;
const NO_SEARCH =
  'documents are not kept, so there is nothing to search in. To see those that come, ask ' +
  'GET /api/v0.1/docs?i=INDEX&q=QUERY, or register the query by POST /api/v0.1/queries';

const withoutSlash = (path: string) => (path.length > 1 ? path.replace(/\/+$/, '') : path);

/**
 * Remembers which routes there are, so that a request that met none learns what it may have meant.
 * Only misses look in here.
 */
export class RouteBook {
  readonly #entries = new Map<string, Entry>();

  /** Must be called before the routes are added. */
  constructor(app: FastifyInstance) {
    app.addHook('onRoute', ({ url, method }) => this.#add(url, [method].flat()));
  }

  #add(url: string, methods: readonly string[]): void {
    // What takes the rest cannot be what somebody meant.
    if (url === '*') return;
    const path = withoutSlash(url);
    const entry = this.#entries.get(path) ?? { pattern: toPattern(path), methods: new Set() };
    for (const method of methods) entry.methods.add(method);
    this.#entries.set(path, entry);
  }

  /** Every route as `GET /healthz`; HEAD goes without saying. */
  get all(): string[] {
    return [...this.#entries]
      .flatMap(([path, { methods }]) => [...methods].map((method) => `${method} ${path}`))
      .filter((route) => !route.startsWith('HEAD '))
      .sort();
  }

  /** The methods that the path could be asked with; none when no route has it. */
  methodsOf(path: string): string[] {
    const methods = new Set<string>();
    for (const entry of this.#entries.values()) {
      if (entry.pattern.test(withoutSlash(path))) {
        for (const method of entry.methods) methods.add(method);
      }
    }
    return [...methods].sort();
  }

  /**
   * 405 when the path exists with other methods, else 404 with the nearest routes, or with what there is
   * in place of a search.
   */
  miss(method: string, path: string): EstromError {
    const isSearch = SEARCHES.test(path);
    const methods = this.methodsOf(path);
    // A route may itself say that it has no such thing: `GET /:index` of what begins with _.
    if (!isSearch && methods.length > 0 && !methods.includes(method)) {
      const allowed = methods.join(', ');
      return new EstromError('METHOD_NOT_ALLOWED', `${path} takes ${allowed}, not ${method}`, {
        allowed,
      });
    }
    if (isSearch)
      return new EstromError('NOT_FOUND', `there is no ${method} ${path}: ${NO_SEARCH}`);
    const near = nearest(path.slice(0, 200), this.#entries.keys(), 3);
    const hint = near.map(
      (route) => `${[...this.#entries.get(route)!.methods].join('|')} ${route}`,
    );
    const reason = `there is no ${method} ${path}${hint.length > 0 ? `; near it: ${hint.join(', ')}` : ''}`;
    return new EstromError('NOT_FOUND', reason);
  }
}

function toPattern(url: string): RegExp {
  const source = url
    .split('/')
    .map((part) => {
      // No index begins so, but Elasticsearch's own addresses do.
      if (part === ':index') return '(?!_)[^/]+';
      if (part.startsWith(':')) return '[^/]+';
      return part === '*' ? '.*' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    })
    .join('/');
  return new RegExp(`^${source}$`);
}
