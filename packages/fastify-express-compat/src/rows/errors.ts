import type { Row } from '../row.ts'

const both = [4, 5] as const

/** Rows about failures and unmatched requests. */
export const errorRows = {
  notFoundPage: { area: 'errors', majors: both, express: 'an HTML page `Cannot GET /path`, with `Content-Security-Policy` and `nosniff`', fastify: 'JSON' },
  errorPage: { area: 'errors', majors: both, route: true, express: 'an HTML page: the stack in development, the status text in production', fastify: 'JSON with the message' },
  errorStatus: { area: 'errors', majors: both, route: true, express: '`err.status` goes before `err.statusCode`, and a status outside 400 to 599 is 500', fastify: '`err.statusCode` goes first' },
  thrownNothing: { area: 'errors', majors: both, route: true, express: 'a handler that throws `undefined` or `null` is passed over: 404', fastify: '500' },
  rejectedNothing: { area: 'errors', majors: [5], route: true, express: 'a promise rejected without a reason is the error `Rejected promise`', fastify: '500 without a message' },
  bodyErrorFirst: { area: 'errors', majors: both, factory: true, express: 'an error in the body goes before one in the path', fastify: 'the body is not read' },
  frameworkErrors: { area: 'errors', majors: both, factory: true, express: 'a malformed percent-encoding is 400 HTML when a parameter holds it, else 404', fastify: '400 JSON FST_ERR_BAD_URL, past all hooks' }
} as const satisfies Record<string, Row>
