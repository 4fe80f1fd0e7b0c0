import type { ExpressCompatOptions } from 'fastify-express-compat'

/**
 * What clients may rely on that Express does by itself, row by row (docs/reference/express-differences.md): how paths and queries are
 * read, entity tags, cookies. No more than that, so that nothing is paid for that nobody sees.
 */
export const expressBehaviour: ExpressCompatOptions = {
  caseInsensitive: true,
  trailingSlash: true,
  longParameters: true,
  encodedPaths: true,
  emptyParameters: true,
  queryParser: true,
  query: 'simple',
  headMethod: true,
  etag: true,
  notModified: true,
  bodylessStatus: true,
  keepAlive: true,
  draining: true,
  cookies: true,
  cookie: true,
  clearCookie: true
}
