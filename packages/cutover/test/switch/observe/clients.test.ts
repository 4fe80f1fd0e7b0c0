import assert from 'node:assert/strict'
import type { IncomingHttpHeaders } from 'node:http'
import { test } from 'node:test'
import { Clients } from '../../../src/switch/observe/clients.ts'

function ask (): (socket: object, headers?: IncomingHttpHeaders) => string {
  let made = 0
  const clients = new Clients(() => `s${++made}`)
  return (socket, headers = {}) => clients.sessionOf({ socket: socket as never, headers })
}

test('a sign-in and what follows it with its token are one session, on any connection', () => {
  const session = ask()
  const [one, other] = [{}, {}]
  assert.equal(session(one), 's1')
  assert.equal(session(one, { authorization: 'Bearer a' }), 's1')
  assert.equal(session(other, { authorization: 'Bearer a' }), 's1')
})

test('clients behind one connection of a proxy are told apart by their credentials', () => {
  const session = ask()
  const proxy = {}
  assert.equal(session(proxy, { authorization: 'Bearer a' }), session(proxy, { authorization: 'Bearer a' }))
  assert.notEqual(session(proxy, { authorization: 'Bearer a' }), session(proxy, { authorization: 'Bearer b' }))
})

test('a session cookie tells a client, whatever other cookies change', () => {
  const session = ask()
  assert.equal(session({}, { cookie: 'theme=dark; connect.sid=abc' }), session({}, { cookie: 'connect.sid=abc; seen=3' }))
  assert.notEqual(session({}, { cookie: 'theme=dark' }), session({}, { cookie: 'theme=dark' }))
})
