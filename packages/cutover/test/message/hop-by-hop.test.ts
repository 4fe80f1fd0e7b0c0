import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isHopByHop, namedByConnection } from '../../src/message/hop-by-hop.ts'

test('headers of one connection are known in any case, and no others', () => {
  for (const name of ['Connection', 'KEEP-ALIVE', 'Proxy-Connection', 'TE', 'transfer-Encoding', 'Upgrade', 'HTTP2-Settings']) assert.equal(isHopByHop(name), true, name)
  for (const name of ['Host', 'Trailer', 'Content-Length', 'Date', 'X-TE', 'Connections', 'T', '']) assert.equal(isHopByHop(name), false, name)
})

test('a Connection header names further ones, in lower case, without blanks', () => {
  assert.deepEqual([...namedByConnection('X-One,  x-TWO\t,close, ,Upgrade')!], ['x-one', 'x-two'])
  for (const value of ['keep-alive', 'close', 'Keep-Alive', '', ', ,', 'upgrade, TE']) assert.equal(namedByConnection(value), undefined, value)
})

test('what frames, routes or proves a request cannot be taken away by naming it', () => {
  for (const name of ['Host', 'Content-Length', 'Transfer-Encoding', 'Authorization', 'Cookie', 'X-Request-Id', 'Forwarded', 'X-Forwarded-For', 'X-Forwarded-Proto']) {
    assert.equal(namedByConnection(name), undefined, name)
  }
})
