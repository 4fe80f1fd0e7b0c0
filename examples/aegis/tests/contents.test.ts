import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { buildApp } from '../candidate/app.ts'
import { buildServer } from '../legacy/http-server.ts'
import { loggedUrl } from '../logged-url.ts'
import type { OpenServices } from '../services.ts'
import { clientOf, keys, signIn, upload, type Answer, type Client } from './content-world.ts'
import { faceNames, openFace, openWorld, type OpenFace, type World } from './world.ts'

const limit = 4_000_000
const ciphertext = 'q83v'

test('the token of a link is not logged, whatever the path looks like', () => {
  const token = 'A'.repeat(43)
  for (const path of [`/api/public/${token}`, `/API/Public/${token}/content?x=1`, `/api/public/%41${token.slice(1)}`]) assert.doesNotMatch(loggedUrl(path), /AAA/)
  assert.equal(loggedUrl(`/api/public/${token}/content?x=1`), '/api/public/[token]/content?x=1')
  for (const path of ['/api/public', '/api/public/0123456789abcdef01234567', '/api/notes/x']) assert.equal(loggedUrl(path), path)
})

for (const name of faceNames) {
  describe(`contents of notes on ${name}`, () => {
    let world: World
    let services: OpenServices
    let face: OpenFace
    let ada: Client
    before(async () => {
      world = await openWorld()
      services = await world.services({ CONTENT_LIMIT: limit })
      face = await openFace(name, services)
      ada = await signIn(face.url, 0)
    })
    after(async () => {
      await face?.close()
      await services?.close()
      await world?.close()
    })

    const newNote = async (client = ada): Promise<string> => (await client.send('POST', '/api/notes', { json: { encryptedTitle: ciphertext } })).json().id as string
    const put = (id: string, body: Buffer, headers = {}): Promise<Answer> => ada.send('PUT', `/api/notes/${id}/content`, { headers: { ...upload, ...headers }, body })
    const get = (id: string, headers = {}): Promise<Answer> => ada.send('GET', `/api/notes/${id}/content`, { headers })
    const left = async (): Promise<readonly number[]> => await Promise.all(['files', 'chunks', 'works'].map(kind => services.connection.db!.collection(`content.${kind}`).countDocuments({})))
    const until = async (settled: () => Promise<boolean>): Promise<void> => {
      for (const end = Date.now() + 10_000; !await settled();) {
        if (Date.now() > end) assert.fail('it did not settle')
        await new Promise(resolve => setTimeout(resolve, 5))
      }
    }

    test('a content comes back as it was sent, with its keys, its length and its validators', async () => {
      const id = await newNote()
      const bytes = Buffer.alloc(2_100_001, 'aegis')
      assert.equal((await get(id)).json().error.code, 'CONTENT_NOT_FOUND')
      const stored = await put(id, bytes)
      assert.equal(stored.status, 201)
      const { size, sha256, updatedAt } = stored.json()
      assert.deepEqual([size, sha256], [bytes.length, createHash('sha256').update(bytes).digest('base64')])
      const read = await get(id)
      assert.equal(read.status, 200)
      assert.deepEqual(read.body, bytes)
      assert.deepEqual({ ...read.headers, date: '', 'x-request-id': '', 'content-security-policy': '' }, {
        ...read.headers,
        date: '',
        'x-request-id': '',
        'content-security-policy': '',
        'content-length': String(bytes.length),
        'content-type': 'application/octet-stream',
        'accept-ranges': 'bytes',
        'cache-control': 'private, no-cache',
        etag: stored.headers.etag,
        'last-modified': new Date(updatedAt as string).toUTCString(),
        'repr-digest': `sha-256=:${sha256 as string}:`,
        'x-encapsulated-key': keys['X-Encapsulated-Key'],
        'x-encrypted-symmetric-key': keys['X-Encrypted-Symmetric-Key']
      })
      const head = await ada.send('HEAD', `/api/notes/${id}/content`, { headers: { range: 'bytes=0-4' } })
      assert.deepEqual([head.status, head.headers['content-length'], head.headers['content-range'], head.body.length], [200, String(bytes.length), undefined, 0])

      const part = await get(id, { range: 'bytes=1-5' })
      assert.deepEqual([part.status, part.headers['content-range'], part.headers['content-length'], String(part.body)], [206, `bytes 1-5/${bytes.length}`, '5', 'egisa'])
      assert.equal((await get(id, { range: 'bytes=1-5', 'if-range': '"other"' })).status, 200)
      assert.equal((await get(id, { range: 'bytes=1-5', 'if-range': String(read.headers.etag) })).status, 206)
      const beyond = await get(id, { range: `bytes=${bytes.length}-` })
      assert.deepEqual([beyond.status, beyond.headers['content-range'], beyond.json().error.code], [416, `bytes */${bytes.length}`, 'RANGE_NOT_SATISFIABLE'])
      const same = await get(id, { 'if-none-match': String(read.headers.etag) })
      assert.deepEqual([same.status, same.body.length, same.headers.etag, same.headers['content-length']], [304, 0, read.headers.etag, undefined])
      assert.deepEqual([(await get(id, { 'if-match': '"other"' })).status, (await get(id, { 'if-unmodified-since': 'Mon, 01 Jan 2024 00:00:00 GMT' })).status], [412, 412])

      const note = (await ada.send('GET', `/api/notes/${id}`)).json()
      assert.deepEqual(note.content, { size, sha256, updatedAt })
      assert.equal((await ada.send('DELETE', `/api/notes/${id}`)).status, 204)
      assert.deepEqual(await left(), [0, 0, 0])
    })

    test('nothing is a content, too', async () => {
      const id = await newNote()
      assert.equal((await put(id, Buffer.alloc(0))).status, 201)
      const read = await get(id)
      assert.deepEqual([read.status, read.headers['content-length'], read.body.length], [200, '0', 0])
      assert.equal((await get(id, { range: 'bytes=0-0' })).status, 416)
      assert.equal((await ada.send('DELETE', `/api/notes/${id}/content`)).status, 204)
      assert.equal((await ada.send('DELETE', `/api/notes/${id}/content`)).status, 404)
      assert.deepEqual(await left(), [0, 0, 0])
    })

    test('a new content replaces the old one when it is whole, and not before', async () => {
      const id = await newNote()
      await put(id, Buffer.alloc(1_500_000, 'old'))
      const sending = ada.open('PUT', `/api/notes/${id}/content`, upload)
      sending.write(Buffer.alloc(1_200_000, 'new'))
      await until(async () => (await left())[1]! > 2)
      assert.equal(String((await get(id)).body.subarray(0, 3)), 'old')
      sending.end(Buffer.alloc(100, 'end'))
      const [response] = await once(sending, 'response') as [IncomingMessage]
      response.resume()
      assert.equal(response.statusCode, 200)
      assert.equal(String((await get(id)).body.subarray(0, 3)), 'new')
      assert.deepEqual(await left(), [1, 2, 0])
      await ada.send('DELETE', `/api/notes/${id}`)
    })

    test('of two at once the last whole one stays, and no chunk of the other', async () => {
      const id = await newNote()
      const answers = await Promise.all(['a', 'b', 'c', 'd'].map(letter => put(id, Buffer.alloc(2_500_000, letter))))
      assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, 200, 201])
      assert.deepEqual(await left(), [1, 3, 0])
      const { body } = await get(id)
      assert.ok(body.every(byte => byte === body[0]))
      await ada.send('DELETE', `/api/notes/${id}`)
    })

    test('a note that is removed while its content comes keeps nothing', async () => {
      const id = await newNote()
      const sending = ada.open('PUT', `/api/notes/${id}/content`, upload)
      sending.write(Buffer.alloc(1_200_000, 'new'))
      await until(async () => (await left())[1]! > 0)
      assert.equal((await ada.send('DELETE', `/api/notes/${id}`)).status, 204)
      sending.end()
      const [response] = await once(sending, 'response') as [IncomingMessage]
      response.resume()
      assert.equal(response.statusCode, 404)
      assert.deepEqual(await left(), [0, 0, 0])
    })

    test('what is too large is refused, with its length and without', async () => {
      const id = await newNote()
      assert.equal((await put(id, Buffer.alloc(limit))).status, 201)
      const declared = await put(id, Buffer.alloc(limit + 1))
      assert.deepEqual([declared.status, declared.json().error.code], [413, 'CONTENT_TOO_LARGE'])
      const sending = ada.open('PUT', `/api/notes/${id}/content`, upload)
      for (let piece = 0; piece < 3 * limit; piece += 100_000) sending.write(Buffer.alloc(100_000, 'x'))
      sending.end()
      const [response] = await once(sending, 'response') as [IncomingMessage]
      response.resume()
      assert.equal(response.statusCode, 413)
      assert.deepEqual(await left(), [1, 4, 0])
      await ada.send('DELETE', `/api/notes/${id}`)
    })

    test('an upload that breaks off leaves nothing', async () => {
      const id = await newNote()
      const sending = ada.open('PUT', `/api/notes/${id}/content`, { ...upload, 'content-length': 3_000_000 })
      sending.on('error', () => {})
      sending.write(Buffer.alloc(2_500_000, 'x'))
      await until(async () => (await left())[1]! === 2)
      sending.destroy()
      await until(async () => (await left()).every(count => count === 0))
      assert.equal((await get(id)).status, 404)
    })

    test('contents take as long as their bytes take', async () => {
      const hurried = await world.services({ REQUEST_TIMEOUT_MS: 1 })
      const open = await openFace(name, hurried)
      try {
        const userId = (await hurried.connection.db!.collection('users').findOne({}))!._id.toHexString()
        const client = clientOf(open.url, hurried.sessions.issue(userId).token)
        const note = await hurried.notes.add({ userId, requestId: '', address: '' }, { encryptedTitle: ciphertext })
        assert(note.ok)
        const path = `/api/notes/${note.value.id}/content`
        const sending = client.open('PUT', path, upload)
        sending.write(Buffer.alloc(1_200_000))
        await until(async () => await hurried.connection.db!.collection('content.chunks').countDocuments({}) > 0)
        sending.end()
        const [response] = await once(sending, 'response') as [IncomingMessage]
        response.resume()
        assert.equal(response.statusCode, 201)
        assert.equal((await client.send('GET', path)).body.length, 1_200_000)
      } finally {
        await open.close()
        await hurried.close()
      }
    })

    test('a slow client has an hour to send', async () => {
      const app = await buildApp(services)
      assert.deepEqual([buildServer(services).requestTimeout, app.server.requestTimeout], [3_600_000, 3_600_000])
      await app.close()
    })

    test('a download that breaks off lets its cursor go', async () => {
      const id = await newNote()
      await put(id, Buffer.alloc(limit, 'x'))
      const { activeSessions } = (services.connection.getClient() as unknown as { s: { activeSessions: Set<unknown> } }).s
      const asking = ada.open('GET', `/api/notes/${id}/content`)
      asking.on('error', () => {})
      asking.end()
      const [response] = await once(asking, 'response') as [IncomingMessage]
      response.on('error', () => {})
      await once(response, 'readable')
      asking.destroy()
      await until(async () => activeSessions.size === 0)
      await ada.send('DELETE', `/api/notes/${id}`)
    })

    test('a conditional upload changes only what its client has seen', async () => {
      const id = await newNote()
      assert.equal((await put(id, Buffer.from('one'), { 'if-match': '*' })).status, 412)
      const { etag } = (await put(id, Buffer.from('one'), { 'if-none-match': '*' })).headers
      assert.equal((await put(id, Buffer.from('two'), { 'if-none-match': '*' })).status, 412)
      assert.equal((await put(id, Buffer.from('two'), { 'if-match': etag })).status, 200)
      assert.equal((await put(id, Buffer.from('three'), { 'if-match': etag })).status, 412)
      assert.equal((await ada.send('DELETE', `/api/notes/${id}/content`, { headers: { 'if-match': String(etag) } })).status, 412)
      assert.equal(String((await get(id)).body), 'two')
      await ada.send('DELETE', `/api/notes/${id}`)
    })

    test('a body that is no content is refused before it is read', async () => {
      const id = await newNote()
      const codes = async (headers: Record<string, string>): Promise<unknown> => {
        const answer = await ada.send('PUT', `/api/notes/${id}/content`, { headers, body: Buffer.from('x') })
        return [answer.status, answer.json().error.code, answer.json().error.details?.map(({ field, message }: { field: string, message: string }) => `${field}: ${message}`)]
      }
      assert.deepEqual(await codes(keys), [415, 'MEDIA_TYPE_UNSUPPORTED', undefined])
      assert.deepEqual(await codes({ ...upload, 'Content-Type': 'application/json' }), [415, 'MEDIA_TYPE_UNSUPPORTED', undefined])
      assert.deepEqual(await codes({ ...upload, 'Content-Encoding': 'gzip' }), [415, 'ENCODING_UNSUPPORTED', undefined])
      assert.deepEqual(await codes({ 'Content-Type': 'application/octet-stream' }), [400, 'VALIDATION_FAILED', ['x-encapsulated-key: "x-encapsulated-key" is required', 'x-encrypted-symmetric-key: "x-encrypted-symmetric-key" is required']])
      assert.deepEqual(await codes({ ...upload, 'X-Encapsulated-Key': 'not base64' }), [400, 'VALIDATION_FAILED', ['x-encapsulated-key: "x-encapsulated-key" with value "not base64" fails to match the base64 pattern']])
      assert.deepEqual(await codes({ ...upload, 'X-Encapsulated-Key': 'QUJD'.repeat(1025) }), [400, 'VALIDATION_FAILED', ['x-encapsulated-key: "x-encapsulated-key" length must be less than or equal to 4096 characters long']])
    })

    test('the content of another user\'s note is that of no note', async () => {
      const id = await newNote(await signIn(face.url, 1))
      const code = async (method: string, path: string, options = {}): Promise<string> => (await ada.send(method, path, options)).json().error.code as string
      for (const path of [`/api/notes/${id}/content`, '/api/notes/ffffffffffffffffffffffff/content', '/api/notes/X/content']) {
        assert.equal(await code('GET', path), 'NOTE_NOT_FOUND')
        assert.equal(await code('PUT', path, { headers: upload, body: Buffer.from('x') }), 'NOTE_NOT_FOUND')
        assert.equal(await code('DELETE', path), 'NOTE_NOT_FOUND')
      }
      assert.deepEqual(await left(), [0, 0, 0])
    })
  })
}
