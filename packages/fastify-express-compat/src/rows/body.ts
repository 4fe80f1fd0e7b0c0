import type { Row } from '../row.ts'

const both = [4, 5] as const

/** Rows about request bodies, query strings and parameters. */
export const bodyRows = {
  emptyJson: { area: 'request body', majors: both, route: true, express: 'an empty body with a JSON type is accepted, also on `DELETE`', fastify: '400 FST_ERR_CTP_EMPTY_JSON_BODY' },
  unknownTypes: { area: 'request body', majors: both, route: true, express: 'a body of an unknown type is left alone', fastify: '415' },
  invalidTypes: { area: 'request body', majors: both, route: true, express: 'a malformed `Content-Type` is an unknown type', fastify: '415 before any parser' },
  textBodies: { area: 'request body', majors: both, route: true, express: '`text/plain` is left unparsed', fastify: 'parsed to a string' },
  formBodies: { area: 'request body', majors: both, route: true, express: '`urlencoded()` parses forms where it is mounted', fastify: '415 without another plugin' },
  bodiesOnGet: { area: 'request body', majors: both, route: true, express: 'a body on `GET` or `HEAD` is parsed', fastify: 'ignored' },
  bodiesOnOthers: { area: 'request body', majors: both, express: 'a body on a method such as `PROPFIND` is parsed, before its 404', fastify: 'ignored' },
  bodyLimit: { area: 'request body', majors: both, route: true, express: '100 kB, then 413', fastify: '1 MiB' },
  strictJson: { area: 'request body', majors: both, route: true, express: 'only objects and arrays are JSON bodies', fastify: 'any JSON value' },
  protoKeys: { area: 'request body', majors: both, route: true, express: 'a `__proto__` key is parsed like any other', fastify: '400' },
  compressedBodies: { area: 'request body', majors: both, route: true, express: '`gzip` and `deflate` bodies (5: `br` too) are inflated', fastify: 'read as they are' },
  bodyCharsets: { area: 'request body', majors: both, route: true, express: 'JSON in any UTF charset is decoded, another charset is 415', fastify: 'read as UTF-8' },
  parserMessages: { area: 'request body', majors: both, route: true, express: 'a malformed body is 400 with the message of the parser', fastify: '400 FST_ERR_CTP_INVALID_JSON_BODY' },
  bodyErrorsKeepAlive: { area: 'request body', majors: both, route: true, express: 'an error in a body keeps the connection', fastify: '`connection: close`' },
  missingBody: { area: 'request body', majors: [4], route: true, express: '`req.body` is `{}` without a body', fastify: '`undefined`' },
  queryParser: { area: 'query and params', majors: both, route: true, express: '4 nests with qs; 5 takes Node\'s own parser', fastify: 'flat, with its own decoding' },
  paramsPrototype: { area: 'query and params', majors: [4], route: true, express: '`req.params` is a plain object with a prototype', fastify: 'no prototype' },
  rawInput: { area: 'query and params', majors: both, route: true, express: 'a handler reads input as it was sent', fastify: 'validation converts, defaults and removes' }
} as const satisfies Record<string, Row>
