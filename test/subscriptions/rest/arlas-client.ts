import { registerHooks } from 'node:module';
import type { AdminApi, EndUserApi } from 'arlas-subscriptions-api';

// The package is written for bundlers: its files name one another without their extensions.
registerHooks({
  resolve(specifier, context, next) {
    const isBare = /^\.\/\w+$/.test(specifier);
    const isTheirs = context.parentURL?.includes('/arlas-subscriptions-api/') === true;
    return next(isBare && isTheirs ? `${specifier}.js` : specifier, context);
  },
});

const arlas = await import('arlas-subscriptions-api');

/** The clients that ARLAS publishes; a header says who the user is. */
export function arlasClients(
  base: string,
  headers: Readonly<Record<string, string>> = {},
): { readonly user: EndUserApi; readonly admin: AdminApi } {
  // Its own fetch is older than Node's, and does not load in it.
  const asking = (url: string, init: RequestInit = {}) =>
    fetch(url, { ...init, headers: { ...(init.headers as object), ...headers } });
  return {
    user: new arlas.EndUserApi({}, base, asking),
    admin: new arlas.AdminApi({}, base, asking),
  };
}
