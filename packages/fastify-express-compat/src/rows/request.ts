import type { Row } from '../row.ts'

const both = [4, 5] as const

/** Rows about what a handler reads from a request. */
export const requestRows = {
  trustProxy: { area: 'request', majors: both, express: '`trust proxy` takes a number of hops', fastify: 'a number trusts nobody' },
  forwardedFirst: { area: 'request', majors: both, express: 'the first entry of `X-Forwarded-Proto` and `X-Forwarded-Host` counts', fastify: 'the last one' },
  ips: { area: 'request', majors: both, express: '`req.ips` is the forwarded addresses, farthest first, without the socket\'s', fastify: 'undefined or all, nearest first' },
  hostname: { area: 'request', majors: both, express: '`req.hostname` is undefined without a host', fastify: 'an empty string' },
  host: { area: 'request', majors: both, express: '4: `req.host` is the name alone; 5: undefined without a host', fastify: 'host with port, or an empty string' },
  cookies: { area: 'request', majors: both, express: '`req.cookies` and `req.signedCookies` as cookie-parser reads them: first one wins, `j:` is JSON', fastify: 'no cookies' },
  get: { area: 'request', majors: both, express: '`req.get(name)`; `Referrer` and `Referer` are one', fastify: 'not there' },
  secure: { area: 'request', majors: both, express: '`req.secure`', fastify: 'not there' },
  subdomains: { area: 'request', majors: both, express: '`req.subdomains`', fastify: 'not there' },
  xhr: { area: 'request', majors: both, express: '`req.xhr`', fastify: 'not there' },
  fresh: { area: 'request', majors: both, express: '`req.fresh` and `req.stale`', fastify: 'not there' },
  accepts: { area: 'request', majors: both, express: '`req.accepts()`', fastify: 'not there' },
  acceptsOthers: { area: 'request', majors: both, express: '`req.acceptsEncodings()`, `acceptsCharsets()`, `acceptsLanguages()`', fastify: 'not there' },
  is: { area: 'request', majors: both, express: '`req.is(type)`', fastify: 'not there' },
  range: { area: 'request', majors: both, express: '`req.range(size)`', fastify: 'not there' },
  path: { area: 'request', majors: both, express: '`req.path`, without the mount path', fastify: 'not there' },
  baseUrl: { area: 'request', majors: both, express: '`req.baseUrl`, the mount path', fastify: 'not there' }
} as const satisfies Record<string, Row>
