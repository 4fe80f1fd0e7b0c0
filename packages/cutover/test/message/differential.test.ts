import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readWithNode } from './node-client.ts'
import { parse } from './parse.ts'

const name = fc.constantFrom('X-A', 'x-b', 'Set-Cookie', 'Date', 'Content-Type', 'Vary')
const value = fc.string({ unit: fc.constantFrom('a', 'Z', '0', ' ', ',', ';', '"', '=', ':', '\t', '\xe9'), maxLength: 12 })
const fields = fc.array(fc.tuple(name, value).map(([key, text]) => `${key}: ${text}\r\n`), { maxLength: 4 }).map(lines => lines.join(''))
const bytes = fc.string({ unit: fc.constantFrom('a', 'b', '0', '1', '\r', '\n', '\r\n', ';', '\0', '\xff'), maxLength: 40 })
const size = fc.record({ upper: fc.boolean(), zeros: fc.nat(3) })

const chunked = fc.tuple(fc.array(fc.tuple(bytes.filter(text => text !== ''), size, fc.constantFrom('', ';a=b', ';x')), { maxLength: 4 }), fc.constantFrom('', 'X-T: 1\r\n', 'X-T: 1\r\nX-U:\r\n'))
  .map(([chunks, trailers]) => ({
    framing: 'Transfer-Encoding: chunked\r\n',
    body: chunks.map(([text, { upper, zeros }, extension]) => {
      const digits = '0'.repeat(zeros) + text.length.toString(16)
      return `${upper ? digits.toUpperCase() : digits}${extension}\r\n${text}\r\n`
    }).join('') + `0\r\n${trailers}\r\n`
  }))
const sized = bytes.map(body => ({ framing: `Content-Length: ${body.length}\r\n`, body }))
const bare = bytes.map(body => ({ framing: '', body }))
const empty = fc.constant({ framing: '', body: '' })
const early = fc.constantFrom('', '', 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n', 'HTTP/1.1 100 Continue\r\n\r\n')

const response = fc.oneof(
  fc.tuple(fc.constantFrom(200, 201, 206, 301, 404, 418, 500, 599), fc.oneof(chunked, sized, bare)),
  fc.tuple(fc.constantFrom(204, 304), empty)
).chain(([status, { framing, body }]) => fc.tuple(early, fields, fields, fc.constantFrom('', 'OK', 'a reason'))
  .map(([before, above, below, reason]) => `${before}HTTP/1.1 ${status} ${reason}\r\n${above}${framing}${below}\r\n${body}`))

const nasty = ['\r', '\n', '\r\n', '\r\n\r\n', ' ', '\t', ':', ';', ',', '0', '1', '5', 'a', 'f', 'x', '-', '+', '\0', '\x0b', '\x7f', '\x80', '\xff',
  'Content-Length: 3\r\n', 'Content-Length: 0\r\n', 'Transfer-Encoding: chunked\r\n', 'Transfer-Encoding: x\r\n', 'Connection: close\r\n', 'HTTP/1.1 200 OK\r\n', '0\r\n\r\n', '5\r\n', 'HTTP/1.0 ', '204', '304', '100', '101']
const mutation = fc.record({ at: fc.nat(400), cut: fc.nat(3), add: fc.constantFrom(...nasty, '') })

function mutate (text: string, changes: ReadonlyArray<{ at: number, cut: number, add: string }>): string {
  for (const { at, cut, add } of changes) {
    const place = at % (text.length + 1)
    text = text.slice(0, place) + add + text.slice(place + cut)
  }
  return text
}

test('what is valid is accepted, and Node reads the same', async () => {
  await fc.assert(fc.asyncProperty(response, async text => {
    const ours = parse([text], { close: true })
    assert.equal(ours.error, undefined)
    const node = await readWithNode(text, false)
    assert.deepEqual({ status: node.status, body: node.body, complete: node.complete }, { status: ours.status, body: ours.body, complete: true })
  }), { numRuns: 400 })
})

test('what is mutated and still accepted, Node reads alike or refuses', async () => {
  let accepted = 0
  await fc.assert(fc.asyncProperty(response, fc.array(mutation, { minLength: 1, maxLength: 3 }), fc.boolean(), async (valid, changes, head) => {
    const text = mutate(valid, changes)
    const ours = parse([text], { head, close: true })
    if (ours.error !== undefined || !ours.complete) return
    const node = await readWithNode(text, head)
    // Some of what is unambiguous Node refuses, more with each version: odd chunk extensions, a 1xx with Connection: close.
    if (!node.complete && node.error?.startsWith('HPE_') === true) {
      assert.ok(ours.body.startsWith(node.body))
      return
    }
    accepted++
    assert.deepEqual({ status: node.status, body: node.body, complete: node.complete }, { status: ours.status, body: ours.body, complete: true }, node.error)
  }), { numRuns: 3_000 })
  assert.ok(accepted > 300, `${accepted} were accepted: too few to say anything`)
})
