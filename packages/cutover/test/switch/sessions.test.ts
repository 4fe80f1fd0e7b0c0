import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isEngineIo, Sessions } from '../../src/switch/sessions.ts'

const target = (sid: string): string => `/socket.io/?EIO=4&transport=polling&t=x&sid=${sid}`

test('a session is learnt from the answer that opens it, of any version', () => {
  const sessions = new Sessions()
  sessions.learn('0{"sid":"v4","upgrades":["websocket"]}', 'candidate')
  sessions.learn('97:0{"sid":"v3","upgrades":[]}', 'legacy')
  sessions.learn('\0\x09\x07\xff0{"sid":"v2","upgrades":[]}', 'candidate')
  sessions.learn('___eio[0]("97:0{\\"sid\\":\\"jsonp\\",\\"upgrades\\":[]}");', 'legacy')
  sessions.learn('0{ "sid": "spaced" }', 'candidate')
  assert.deepEqual(['v4', 'v3', 'v2', 'jsonp', 'spaced', 'no'].map(sid => sessions.backendOf(target(sid))), ['candidate', 'legacy', 'candidate', 'legacy', 'candidate', undefined])
})

test('only requests of the protocol concern it, and only those without a session open one', () => {
  const sessions = new Sessions()
  assert.equal(isEngineIo('/api?x=1'), false)
  assert.equal(isEngineIo(target('a')), true)
  assert.equal(sessions.opens('/socket.io/?EIO=4&transport=polling'), true)
  assert.equal(sessions.opens('/socket.io/?EIO=4&transport=websocket'), false)
  assert.equal(sessions.opens(target('a')), false)
  for (const odd of ['/?EIO=4&xsid=a', '/?EIO=4&sid=', '/?EIO=4&sid=%', `/?EIO=4&sid=${'x'.repeat(300)}`]) assert.equal(sessions.backendOf(odd), undefined)
})

test('an id that the backend made up itself is learnt as it is written, encoded or not', () => {
  const sessions = new Sessions()
  sessions.learn('0{"sid":"user:7/a b","upgrades":[]}', 'candidate')
  for (const written of ['user:7/a%20b', 'user%3A7%2Fa%20b']) assert.equal(sessions.backendOf(target(written)), 'candidate')
})

test('what is no opening is not learnt, and what has not come yet can still be', () => {
  const sessions = new Sessions()
  for (const opening of ['', '<html>', '{"sid":"a"}', '40{"sid":"a"}', '0{"sid":', '0{"sid":"a', `0{"sid":"${'a'.repeat(200)}"`]) assert.equal(sessions.learn(opening, 'candidate'), false)
  assert.equal(sessions.size, 0)
  assert.equal(sessions.learn('0{"sid":"a"', 'candidate'), true)
})

test('it forgets the session that was longest unused, and never holds more than its number', () => {
  const sessions = new Sessions(3)
  for (const sid of ['a', 'b', 'c']) sessions.learn(`0{"sid":"${sid}"}`, 'candidate')
  sessions.backendOf(target('a'))
  for (const sid of ['d', 'e']) sessions.learn(`0{"sid":"${sid}"}`, 'legacy')
  assert.equal(sessions.size, 3)
  assert.deepEqual(['a', 'b', 'c', 'd', 'e'].map(sid => sessions.backendOf(target(sid))), ['candidate', undefined, undefined, 'legacy', 'legacy'])
})
