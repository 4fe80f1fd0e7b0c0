import type { IncomingMessage, ServerResponse } from 'node:http'
import { createReadStream } from 'node:fs'
import { PassThrough, pipeline, Readable } from 'node:stream'

export type Listener = (request: IncomingMessage, response: ServerResponse) => unknown

/** The ways in which a Node listener can answer. */
export const ways: Readonly<Record<string, Listener>> = {
  'statusCode and end': (_, response) => { response.statusCode = 201; response.end('body') },
  'end alone': (_, response) => { response.end('body') },
  'end without a body': (_, response) => { response.end() },
  'end with a callback': (_, response) => { response.end(() => {}) },
  'end with an encoding': (_, response) => { response.end('626f6479', 'hex') },
  'a non-ASCII text': (_, response) => { response.end('käse') },
  'a buffer': (_, response) => { response.end(Buffer.from('body')) },
  'writeHead with an object': (_, response) => { response.writeHead(201, { 'X-A': '1', 'Set-Cookie': ['a=1', 'b=2'] }); response.end('body') },
  'writeHead with a list': (_, response) => { response.writeHead(201, ['X-A', '1', 'X-A', '2', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2']); response.end('body') },
  'writeHead with pairs': (_, response) => { response.writeHead(201, [['X-A', '1'], ['X-B', '2']] as never); response.end('body') },
  'writeHead with a reason': (_, response) => { response.writeHead(201, 'Made It', { 'X-A': '1' }); response.end('body') },
  'writeHead with an undefined reason': (_, response) => { response.writeHead(201, undefined as never, { 'X-A': '1' }); response.end('body') },
  'writeHead over setHeader': (_, response) => { response.setHeader('X-A', '1'); response.setHeader('X-B', 'b'); response.writeHead(201, { 'X-A': '2' }); response.end('body') },
  'setHeader, appendHeader, removeHeader': (_, response) => {
    response.setHeader('X-A', ['1', '2'])
    response.appendHeader('Set-Cookie', 'a=1')
    response.appendHeader('Set-Cookie', 'b=2')
    response.setHeader('X-Gone', '1')
    response.removeHeader('X-Gone')
    response.end('body')
  },
  setHeaders: (_, response) => { response.setHeaders(new Map([['X-A', '1'], ['X-B', '2']])); response.end('body') },
  'a status message': (_, response) => { response.statusMessage = 'Fine By Me'; response.end('body') },
  chunks: (_, response) => { response.write('bo'); setImmediate(() => { response.write('d'); response.end('y') }) },
  'writeHead and chunks': (_, response) => { response.writeHead(200, { 'X-A': '1' }); response.write('bo'); response.end('dy') },
  'a length and chunks': (_, response) => { response.setHeader('Content-Length', 4); response.write('bo'); response.end('dy') },
  flushHeaders: (_, response) => { response.setHeader('X-A', '1'); response.flushHeaders(); setImmediate(() => response.end('body')) },
  pipe: (_, response) => { Readable.from(['bo', 'dy']).pipe(response) },
  pipeline: (_, response) => { pipeline(Readable.from(['bo', 'dy']), new PassThrough(), response, () => {}) },
  'a file': (_, response) => { createReadStream(import.meta.filename, { end: 40 }).pipe(response) },
  'many bytes': (_, response) => { pipeline(Readable.from(Array.from({ length: 64 }, () => 'x'.repeat(16_384))), response, () => {}) },
  trailers: (_, response) => { response.writeHead(200, { Trailer: 'X-Sum' }); response.write('body'); response.addTrailers({ 'X-Sum': '1' }); response.end() },
  'early hints': (_, response) => { response.writeEarlyHints({ link: '</a.css>; rel=preload' }); response.end('body') },
  204: (_, response) => { response.writeHead(204); response.end() },
  304: (_, response) => { response.statusCode = 304; response.setHeader('ETag', '"a"'); response.end() },
  404: (_, response) => { response.writeHead(404, { 'Content-Type': 'text/plain' }); response.end('none') },
  'a redirect': (_, response) => { response.writeHead(302, { Location: '/y' }).end() },
  'no date': (_, response) => { response.sendDate = false; response.end('body') },
  'a date of its own': (_, response) => { response.setHeader('Date', 'Thu, 01 Jan 1970 00:00:00 GMT'); response.end('body') },
  'its own x-routed-to and x-request-id': (_, response) => { response.setHeader('X-Routed-To', 'mars'); response.setHeader('X-Request-Id', 'mine'); response.end('body') },
  'its own names in writeHead': (_, response) => { response.writeHead(200, { 'X-Routed-To': 'mars', 'X-REQUEST-ID': 'mine' }); response.end('body') },
  'cookies by setHeader, then writeHead': (_, response) => { response.setHeader('Set-Cookie', ['a=1', 'b=2']); response.writeHead(200); response.end('body') },
  corked: (_, response) => { response.cork(); response.write('bo'); response.write('dy'); response.uncork(); response.end() },
  later: (_, response) => { setTimeout(() => response.end('body'), 5) },
  asynchronously: async (_, response) => { await null; response.end('body') },
  'after reading the request': (request, response) => { request.resume().on('end', () => response.end('body')) },
  'twice ended': (_, response) => { response.end('body'); response.end() },
  'connection: close': (_, response) => { response.setHeader('Connection', 'close'); response.end('body') }
}

/** The ways in which a listener can fail before the client has a byte of its answer. */
export const failures: Readonly<Record<string, Listener>> = {
  writeHead: (_, response) => { response.setHeader('X-Secret', '1'); response.writeHead(500, { 'Set-Cookie': 'leak=1' }); response.end('secret') },
  'writeHead with a reason and chunks': (_, response) => { response.writeHead(503, 'Secret', ['X-Secret', '1']); response.write('se'); response.end('cret') },
  'statusCode and end': (_, response) => { response.statusCode = 500; response.statusMessage = 'Secret'; response.setHeader('X-Secret', '1'); response.appendHeader('Set-Cookie', 'leak=1'); response.end('secret') },
  'statusCode and write': (_, response) => { response.statusCode = 502; response.write('secret'); setImmediate(() => response.end()) },
  'statusCode and flushHeaders': (_, response) => { response.statusCode = 500; response.flushHeaders(); setImmediate(() => response.end('secret')) },
  pipe: (_, response) => { response.statusCode = 500; Readable.from(['se', 'cret']).pipe(response) },
  pipeline: (_, response) => { response.statusCode = 500; pipeline(Readable.from(['se', 'cret'.repeat(50_000)]), response, () => {}) },
  'framing headers': (_, response) => {
    for (const [name, value] of [['Content-Length', '6'], ['Connection', 'close'], ['Date', 'Thu, 01 Jan 1970 00:00:00 GMT']] as const) response.setHeader(name, value)
    response.statusCode = 500
    response.end('secret')
  },
  'chunked by hand': (_, response) => { response.setHeader('Transfer-Encoding', 'chunked'); response.setHeader('Trailer', 'X-Secret'); response.statusCode = 500; response.sendDate = false; response.write('secret'); response.addTrailers({ 'X-Secret': '1' }); response.end() },
  'a throw': (_, response) => { response.setHeader('X-Secret', '1'); throw new Error('secret') },
  'a rejection': async (_, response) => { await null; response.setHeader('X-Secret', '1'); throw new Error('secret') },
  'a rejection of no error': async () => await Promise.reject(undefined), // eslint-disable-line prefer-promise-reject-errors
  later: (_, response) => { setTimeout(() => { response.writeHead(500); response.end('secret') }, 5) },
  'whatever it still does': (_, response) => {
    response.writeHead(500)
    const meddle = (): void => {
      response.statusCode = 599
      response.statusMessage = 'Secret'
      response.setHeader('X-Secret', '1')
      response.appendHeader('Set-Cookie', 'leak=1')
      response.setHeaders(new Map([['X-Secret', '1']]))
      response.sendDate = false
      response.writeHead(599, { 'X-Secret': '1' })
      response.writeEarlyHints({ link: '</secret>; rel=preload' })
      response.write('secret')
      response.flushHeaders()
      response.addTrailers({ 'X-Secret': '1' })
      response.end('secret')
      response.destroy()
      response.destroy(new Error('secret'))
    }
    meddle()
    process.nextTick(meddle)
    setImmediate(() => { meddle(); setImmediate(meddle) })
  },
  'a changed request': (request, response) => {
    request.url = '/secret'
    Object.assign(request, { baseUrl: '/secret', originalUrl: '/secret', body: 'secret', params: { secret: 1 } })
    request.headers.secret = 'secret'
    response.writeHead(500).end()
  }
}
