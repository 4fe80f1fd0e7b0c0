import type { Row } from '../row.ts'

const both = [4, 5] as const

/** Rows about what a handler calls on a reply. */
export const replyRows = {
  json: { area: 'reply', majors: both, express: '`res.json(value)`; text is JSON too, `undefined` is an empty typed body', fastify: 'not there' },
  jsonp: { area: 'reply', majors: both, express: '`res.jsonp(value)`', fastify: 'not there' },
  sendStatus: { area: 'reply', majors: both, express: '`res.sendStatus(code)` sends the text of the status', fastify: 'not there' },
  set: { area: 'reply', majors: both, express: '`res.set(name, value)`, `res.set(object)`, `res.setHeader`', fastify: 'not there' },
  getHeader: { area: 'reply', majors: both, express: '`res.get(name)`', fastify: 'not there' },
  append: { area: 'reply', majors: both, express: '`res.append(name, value)`', fastify: 'not there' },
  vary: { area: 'reply', majors: both, express: '`res.vary(field)`', fastify: 'not there' },
  links: { area: 'reply', majors: both, express: '`res.links(object)`', fastify: 'not there' },
  location: { area: 'reply', majors: both, express: '`res.location(url)`, percent-encoded', fastify: 'not there' },
  format: { area: 'reply', majors: both, express: '`res.format(object)`, 406 when nothing fits', fastify: 'not there' },
  attachment: { area: 'reply', majors: both, express: '`res.attachment(name)`', fastify: 'not there' },
  sendFile: { area: 'reply', majors: both, express: '`res.sendFile(path)`: ranges, validators, cache headers', fastify: 'not there' },
  download: { area: 'reply', majors: both, express: '`res.download(path, name)`', fastify: 'not there' },
  static: { area: 'reply', majors: both, express: '`express.static(folder)`: weak `ETag`, redirect for a folder, dotfiles ignored', fastify: 'not there: `app.expressStatic(prefix, folder)`' },
  cookie: { area: 'reply', majors: both, express: '`res.cookie()`: `maxAge` in milliseconds, `Path=/`, JSON and signed values', fastify: 'not there' },
  clearCookie: { area: 'reply', majors: both, express: '`res.clearCookie()` expires the cookie in 1970', fastify: 'not there' },
  locals: { area: 'reply', majors: both, express: '`res.locals`, an object of the request', fastify: 'not there' },
  end: { area: 'reply', majors: both, express: '`res.end(chunk)`: the bytes alone, no type, no `ETag`', fastify: 'not there' }
} as const satisfies Record<string, Row>
