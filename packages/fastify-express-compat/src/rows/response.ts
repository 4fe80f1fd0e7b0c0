import type { Row } from '../row.ts'

const both = [4, 5] as const

/** Rows about the bytes of an answer. */
export const responseRows = {
  poweredBy: { area: 'response', majors: both, route: true, express: '`X-Powered-By: Express` is the first header of every answer', fastify: 'no such header' },
  headerCase: { area: 'response', majors: both, route: true, express: 'header names keep the case in which they were set', fastify: 'header names are lowercased' },
  etag: { area: 'response', majors: both, route: true, express: 'a weak `ETag` on every body that is sent', fastify: 'no `ETag`' },
  notModified: { area: 'response', majors: both, route: true, express: 'a fresh `If-None-Match` or `If-Modified-Since` turns a 2xx into an empty 304', fastify: 'the whole answer again' },
  htmlStrings: { area: 'response', majors: both, route: true, express: 'a string is sent as `text/html; charset=utf-8`', fastify: 'as `text/plain; charset=utf-8`' },
  stringCharset: { area: 'response', majors: both, route: true, express: 'a string with a content type gets `charset=utf-8`, replacing another one', fastify: 'only JSON types without a charset get one' },
  nullBody: { area: 'response', majors: both, route: true, express: '`send(null)` is an empty body with an `ETag`', fastify: 'the JSON text `null`' },
  emptySend: { area: 'response', majors: both, route: true, express: '`send()` leaves the length to Node: `Content-Length: 0` is the last header', fastify: '`content-length: 0` before `Date`' },
  bodylessStatus: { area: 'response', majors: both, route: true, express: '204 and 304 lose body and entity headers but keep the `ETag`; 205 is sent empty with its type', fastify: '204 loses the `ETag` too; 205 and 304 are sent with their body headers' },
  objectWithType: { area: 'response', majors: both, route: true, express: 'an object, number or boolean is sent as JSON whatever the content type says', fastify: 'a content type that is not JSON fails with 500' },
  binaryViews: { area: 'response', majors: [5], route: true, express: 'a `DataView` or typed array is copied as `Buffer.from` copies it', fastify: 'the bytes of its memory' },
  oddTypes: { area: 'response', majors: both, route: true, express: 'a content type that cannot be read is sent as it is', fastify: 'with bytes it becomes `application/octet-stream`' },
  transferEncoding: { area: 'response', majors: [5], route: true, express: 'no `Content-Length` where `Transfer-Encoding` was set', fastify: 'both' },
  statusNumber: { area: 'response', majors: [4], route: true, express: '`send(404)` sends that status with its text', fastify: 'the JSON number' },
  setCookieReplaced: { area: 'response', majors: both, route: true, express: 'setting `Set-Cookie` twice replaces it; `append` adds', fastify: 'it accumulates' },
  headerChecked: { area: 'response', majors: both, route: true, express: 'a name or value that HTTP does not allow throws where it is set', fastify: 'when the answer is written' },
  headerBytes: { area: 'response', majors: both, route: true, express: 'header values are Latin-1 bytes', fastify: 'UTF-8 bytes when the body is text' },
  headerText: { area: 'response', majors: both, route: true, express: 'header values are stored as text at once: `undefined` becomes `undefined`', fastify: '`undefined` becomes an empty value' },
  typeCharset: { area: 'response', majors: both, route: true, express: 'setting `Content-Type` adds the usual charset of the type', fastify: 'the value as given' },
  typeNames: { area: 'response', majors: both, route: true, express: '`type("html")` looks the name up', fastify: '`content-type: html`' },
  redirect: { area: 'response', majors: both, route: true, express: 'a redirect has a short text or HTML body, `Vary: Accept`', fastify: 'an empty body' },
  redirectArguments: { area: 'response', majors: both, route: true, express: '`redirect(status, url)`', fastify: '`redirect(url, status)` only' },
  locationEncoding: { area: 'response', majors: both, route: true, express: 'the URL of a redirect is percent-encoded', fastify: 'the URL as given, which fails on other than Latin-1 text' },
  redirectBack: { area: 'response', majors: [4], route: true, express: '`redirect("back")` goes to the referrer', fastify: 'to the relative URL `back`' },
  redirectBodyless: { area: 'response', majors: both, route: true, express: 'a redirect with 204 keeps the headers of its body', fastify: 'loses them' },
  redirectStatus: { area: 'response', majors: both, route: true, express: 'a redirect without a status is 302, whatever was set before', fastify: 'keeps the status that was set' },
  statusRange: { area: 'response', majors: both, route: true, express: '600 to 999 are statuses like any other', fastify: 'FST_ERR_BAD_STATUS_CODE' },
  statusChecked: { area: 'response', majors: [5], route: true, express: 'a status that is no integer, such as `"404"`, throws', fastify: 'text is converted' },
  fullResponse: { area: 'response', majors: both, route: true, express: 'everything that was given is sent', fastify: 'fields that are not in the response schema are dropped' },
  asyncReply: { area: 'response', majors: both, route: true, express: 'an async handler that returns before it sends is waited for', fastify: 'an empty 200 at once' }
} as const satisfies Record<string, Row>
