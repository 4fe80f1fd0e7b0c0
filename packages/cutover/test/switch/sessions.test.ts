import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Sessions } from '../../src/switch/sessions.ts'

const target = (sid: string): string => `/socket.io/?EIO=4&transport=polling&t=x&sid=${sid}`

test('a session is learnt from the answer that opens it, text or bytes, of either version', () => {
  const sessions = new Sessions()
  sessions.learn('0{"sid":"v4","upgrades":["websocket"]}', 'candidate')
  sessions.learn(Buffer.from('97:0{"sid":"v3","upgrades":[]}'), 'legacy')
  assert.deepEqual(['v4', 'v3', 'no'].map(sid => sessions.backendOf(target(sid))), ['candidate', 'legacy', undefined])
})

test('only requests of the protocol concern it, and only those without a session open one', () => {
  const sessions = new Sessions()
  assert.equal(sessions.concerns('/api?x=1'), false)
  assert.equal(sessions.concerns(target('a')), true)
  assert.equal(sessions.opens('/socket.io/?EIO=4&transport=polling'), true)
  assert.equal(sessions.opens('/socket.io/?EIO=4&transport=websocket'), false)
  assert.equal(sessions.opens(target('a')), false)
  for (const odd of ['/?EIO=4&xsid=a', '/?EIO=4&sid=', '/?EIO=4&sid=a%20b', `/?EIO=4&sid=${'x'.repeat(65)}`]) assert.equal(sessions.backendOf(odd), undefined)
})

test('what is no opening is not learnt', () => {
  const sessions = new Sessions()
  for (const chunk of ['', '<html>', '{"sid":"a"}', '40{"sid":"a"}', undefined, 7, null, new Uint8Array(), { sid: 'a' }, '0{"sid":"a b"}']) sessions.learn(chunk, 'candidate')
  assert.equal(sessions.size, 0)
})

test('it forgets the session that was longest unused, and never holds more than its number', () => {
  const sessions = new Sessions(3)
  for (const sid of ['a', 'b', 'c']) sessions.learn(`0{"sid":"${sid}"}`, 'candidate')
  sessions.backendOf(target('a'))
  for (const sid of ['d', 'e']) sessions.learn(`0{"sid":"${sid}"}`, 'legacy')
  assert.equal(sessions.size, 3)
  assert.deepEqual(['a', 'b', 'c', 'd', 'e'].map(sid => sessions.backendOf(target(sid))), ['candidate', undefined, undefined, 'legacy', 'legacy'])
})
