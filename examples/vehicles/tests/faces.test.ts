import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, test } from 'node:test'
import { fakeServices } from './fake-services.ts'
import { openFace } from './world.ts'

// By real sockets, on both: what the scenarios cannot reach.
for (const name of ['legacy', 'candidate'] as const) {
  describe(`${name}, on a socket`, () => {
    test('logs one line for each answer, with the id that the answer carries, status and duration', async () => {
      const services = fakeServices()
      const face = await openFace(name, services)
      const answer = await fetch(`${face.url}/api/vehicles?x=1`, { headers: { 'x-request-id': 'mine.1' } })
      await answer.text()
      await face.close()
      assert.equal(answer.headers.get('x-request-id'), 'mine.1')
      const lines = services.lines.filter(line => line.msg === 'request')
      assert.equal(lines.length, 1)
      const { requestId, method, url, status, duration } = lines[0]!
      assert.deepEqual({ requestId, method, url, status }, { requestId: 'mine.1', method: 'GET', url: '/api/vehicles?x=1', status: 401 })
      assert.ok(typeof duration === 'number' && duration > 0 && duration < 10_000)
    })

    test('makes an id where the client\'s is missing or could break a log line', async () => {
      const face = await openFace(name, fakeServices())
      for (const given of ['', 'two words', 'x'.repeat(129), '<b>']) {
        const { headers } = await fetch(`${face.url}/health`, { headers: { 'x-request-id': given } })
        assert.match(headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/, given)
      }
      await face.close()
    })

    test('answers 500 to a bug, tells the client nothing and the log everything', async () => {
      const services = fakeServices()
      const face = await openFace(name, { ...services, vehicles: { ...services.vehicles, list: async () => { throw new Error('relation "vehicles" does not exist') } } })
      const answer = await fetch(`${face.url}/api/vehicles`, { headers: { authorization: `Bearer ${services.tokens.issue('ada')}`, 'x-request-id': 'bug.1' } })
      assert.equal(answer.status, 500)
      assert.equal(await answer.text(), '{"error":{"code":"INTERNAL","message":"Something went wrong on our side"}}')
      await face.close()
      const line = services.lines.find(line => line.msg === 'a request failed')
      assert.equal(line?.requestId, 'bug.1')
      assert.match(JSON.stringify(line?.err), /relation/)
    })

    test('lets an open request finish before it has closed', async () => {
      const services = fakeServices()
      let finish = (): void => {}
      const asked = new Promise<void>(resolve => {
        services.vehicles.list = async () => {
          resolve()
          await new Promise<void>(resolve => { finish = resolve })
          return []
        }
      })
      const face = await openFace(name, services)
      const answer = fetch(`${face.url}/api/vehicles`, { headers: { authorization: `Bearer ${services.tokens.issue('ada')}`, connection: 'close' } })
      await asked
      const closed = face.close()
      finish()
      assert.equal((await answer).status, 200)
      await closed
    })

    test('survives a client that leaves in the middle of its body', async () => {
      const face = await openFace(name, fakeServices())
      const { port } = new URL(face.url)
      const socket = connect(Number(port), '127.0.0.1')
      await once(socket, 'connect')
      socket.write('POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"email":')
      socket.destroy()
      assert.equal((await fetch(`${face.url}/health`, { headers: { connection: 'close' } })).status, 200)
      await face.close()
    })

    test('takes a token that the other face gave', async () => {
      const services = fakeServices()
      const [face, other] = await Promise.all([openFace(name, services), openFace(name === 'legacy' ? 'candidate' : 'legacy', fakeServices())])
      const login = await fetch(`${other.url}/api/auth/login`, { method: 'POST', headers: { 'content-type': 'application/json', connection: 'close' }, body: JSON.stringify({ email: 'ada@example.com', password: 'right' }) })
      const { token } = await login.json() as { token: string }
      assert.equal((await fetch(`${face.url}/api/vehicles`, { headers: { authorization: `Bearer ${token}`, connection: 'close' } })).status, 200)
      await Promise.all([face.close(), other.close()])
    })
  })
}
