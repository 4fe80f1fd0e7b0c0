import fc from 'fast-check'
import type { Exchange, Field } from '../../src/message/exchange.ts'

const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,15}$/)
/** Any Latin-1 that a header may hold. */
const value = fc.array(fc.oneof(fc.integer({ min: 0x20, max: 0x7e }), fc.integer({ min: 0x80, max: 0xff })), { maxLength: 20 })
  .map(codes => String.fromCharCode(...codes).trim())

export const fields: fc.Arbitrary<Field[]> = fc.array(fc.tuple(name, value), { maxLength: 6 })

export const body: fc.Arbitrary<Buffer> = fc.oneof(
  fc.uint8Array({ maxLength: 60 }).map(bytes => Buffer.from(bytes)),
  fc.string({ unit: 'binary', maxLength: 40 }).map(text => Buffer.from(text)),
  fc.json().map(text => Buffer.from(text)),
  fc.constantFrom('', '\0', '\ufeff{}', '@/etc/passwd', "it's", '{{x}}', '`', '\\', '\r\n', '\n', '$(touch x)', '%s%n', '-d').map(text => Buffer.from(text))
)

export const target: fc.Arbitrary<string> = fc.stringMatching(/^\/[A-Za-z0-9/._~!$&'()*+,;=:@%{}"<>\\^`|?[\]-]{0,30}$/)

export const method: fc.Arbitrary<string> = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY', "M'X")

const digest = fc.record({
  length: fc.nat(),
  sha256: fc.stringMatching(/^[0-9a-f]{64}$/)
}, { noNullPrototype: true })

/** An exchange with anything that a recording can say. */
export const exchange: fc.Arbitrary<Exchange> = fc.record({
  request: payload({ method, target }),
  response: payload({ status: fc.integer({ min: 100, max: 599 }) }),
  about: fc.record({
    startedAt: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') }).map(date => date.toISOString()),
    durationMs: fc.double({ min: 0, max: 1e6, noNaN: true }).map(Math.abs),
    requestId: fc.string(),
    session: fc.string({ unit: 'binary' }),
    feature: fc.string(),
    backend: fc.constantFrom('legacy', 'candidate', 'twin')
  }, { requiredKeys: [], noNullPrototype: true })
}).map(({ request, response, about }) => ({ request, response, ...about }))

function payload<T> (own: { [K in keyof T]: fc.Arbitrary<T[K]> }) {
  return fc.tuple(fc.record(own, { noNullPrototype: true }), fields, fc.oneof(body.map(kept => ({ body: kept })), digest.map(truncated => ({ body: Buffer.alloc(0), truncated }))),
    fc.option(fields, { nil: undefined })).map(([start, headers, rest, trailers]) =>
    ({ ...start as T, headers, ...rest, ...(trailers === undefined ? {} : { trailers }) }))
}

/** A plain exchange to change in a test. */
export function sample (request: Partial<Exchange['request']> = {}, response: Partial<Exchange['response']> = {}): Exchange {
  return {
    request: { method: 'GET', target: '/', headers: [['Host', 'shop.test']], body: Buffer.alloc(0), ...request },
    response: { status: 200, headers: [['Content-Type', 'application/json']], body: Buffer.from('{}'), ...response },
    startedAt: '2026-01-02T03:04:05.678Z',
    durationMs: 12.5
  }
}
