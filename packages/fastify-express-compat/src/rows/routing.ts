import type { Row } from '../row.ts'

const both = [4, 5] as const

/** Rows about which handler a request reaches. */
export const routingRows = {
  caseInsensitive: { area: 'routing', majors: both, factory: true, express: 'paths match in any case', fastify: 'case matters' },
  trailingSlash: { area: 'routing', majors: both, factory: true, express: 'one slash at the end is ignored', fastify: 'it is another path' },
  routeOrder: { area: 'routing', majors: both, express: 'the first registered route that matches answers', fastify: 'static before parameter before wildcard' },
  longParameters: { area: 'routing', majors: both, factory: true, express: 'a parameter may have any length', fastify: 'over 100 characters: 414' },
  encodedPaths: { area: 'routing', majors: both, express: 'the path is matched as sent: `/%61` is not `/a`', fastify: 'it is decoded first' },
  asteriskTarget: { area: 'routing', majors: both, express: '`GET *` asks for a path that no route has', fastify: 'the root' },
  absoluteFragments: { area: 'routing', majors: both, factory: true, express: 'an absolute URL with a fragment reaches its route', fastify: '400' },
  doubleRoot: { area: 'routing', majors: [4], express: '`//` is not the root', fastify: 'the root, where a slash at the end is ignored; as Express 5' },
  mountedTargets: { area: 'routing', majors: both, express: 'under a mount path, a target that is no plain path is cut by the length of its escaped form', fastify: 'matched whole' },
  mountedSlashes: { area: 'routing', majors: [4], express: 'two slashes after a mount path are one', fastify: '404' },
  emptyWildcards: { area: 'routing', majors: [4], express: '`/tree/*` matches `/tree/`', fastify: '404 where a slash at the end is ignored' },
  emptyParameters: { area: 'routing', majors: both, express: 'a parameter has at least one character', fastify: 'it may be empty' },
  optionsMethod: { area: 'routing', majors: both, express: '`OPTIONS` answers with `Allow` from the matching routes', fastify: '404' },
  headMethod: { area: 'routing', majors: both, express: '`HEAD` has the headers of `GET`, with its `ETag`', fastify: 'without what is computed from the body' }
} as const satisfies Record<string, Row>
