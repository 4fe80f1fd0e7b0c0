import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Types, type Connection } from 'mongoose'
import { startMongo, type EmbeddedMongo } from '@cutover-examples/runtime/mongodb'
import { connect } from '../../data/connection.ts'
import { createContentStore, prepareContents } from '../../data/content-store.ts'
import { createNoteRepository, prepareNotes } from '../../data/note-repository.ts'
import { createPublicLinkRepository, preparePublicLinks } from '../../data/public-link-repository.ts'
import { createShareRepository, prepareShares } from '../../data/share-repository.ts'
import { createContents } from '../../domain/contents.ts'
import { createNotes } from '../../domain/notes.ts'
import { createPublicLinks } from '../../domain/public-links.ts'
import { createShares } from '../../domain/shares.ts'
import { caller, memoryTrail } from '../memory-records.ts'

const keys = { encapsulatedKey: 'AQEBAQ==', encryptedSymmetricKey: 'AgICAgIC' }
const page = { limit: 50 }
const newId = (): string => new Types.ObjectId().toHexString()

describe('shares and public links', () => {
  let mongo: EmbeddedMongo
  let connection: Connection
  before(async () => {
    mongo = await startMongo('aegis')
    connection = await connect(mongo.url)
    for (const prepare of [prepareNotes, prepareContents, prepareShares, preparePublicLinks]) await prepare(connection)
  })
  after(async () => {
    await connection?.close()
    await mongo?.stop()
  })

  /** The rules over the database, with a clock that the test owns and tokens that it knows. */
  function rules () {
    const told = memoryTrail()
    const clock = { now: new Date('2026-05-01T00:00:00.000Z') }
    const now = () => clock.now
    const noteStore = createNoteRepository(connection)
    const shareStore = createShareRepository(connection)
    const linkStore = createPublicLinkRepository(connection)
    const files = createContentStore(connection)
    const [ada, grace] = [caller(newId()), caller(newId())]
    const people = new Map([['grace@example.com', grace.userId], ['ada@example.com', ada.userId]])
    const users = { findByEmail: async (email: string) => people.has(email) ? { id: people.get(email)! } : undefined }
    const parts = { trail: told.trail, events: told.events }
    const contents = createContents({ notes: noteStore, files, limit: 1_000, now, ...parts })
    let last = 0
    return {
      ...told,
      clock,
      ada,
      grace,
      contents,
      notes: createNotes({ store: noteStore, folders: { find: async () => undefined }, files, dependents: [shareStore, linkStore], ...parts }),
      shares: createShares({ store: shareStore, notes: noteStore, contents, users, ...parts }),
      links: createPublicLinks({ store: linkStore, notes: noteStore, contents, now, newToken: () => `${ada.userId}${String(++last).padStart(19, '0')}`, ...parts })
    }
  }

  async function noteOf ({ notes, ada }: ReturnType<typeof rules>): Promise<string> {
    const added = await notes.add(ada, { encryptedTitle: 'q83v' })
    assert(added.ok)
    return added.value.id
  }

  const codeOf = (result: { readonly ok: true } | { readonly ok: false, readonly failure: { readonly code: string } }): string => result.ok ? 'ok' : result.failure.code

  test('a link is open until the moment at which it expires, and answers then as one that never was', async () => {
    const world = rules()
    const { links, ada, clock } = world
    const noteId = await noteOf(world)
    const added = await links.add(ada, { noteId, ...keys, expiresAt: '2026-05-01T12:00:00.000Z' })
    assert(added.ok)
    clock.now = new Date('2026-05-01T11:59:59.999Z')
    assert.equal(codeOf(await links.read(added.value.token)), 'ok')
    assert.equal(codeOf(await links.content(added.value.token)), 'CONTENT_NOT_FOUND')
    clock.now = new Date('2026-05-01T12:00:00.000Z')
    const unknown = await links.read('A'.repeat(43))
    assert.equal(codeOf(unknown), 'LINK_NOT_FOUND')
    assert.deepEqual(await links.read(added.value.token), unknown)
    assert.deepEqual(await links.content(added.value.token), unknown)
    assert.equal((await links.list(ada, page)).length, 1, 'its owner still sees it')
    assert.equal(codeOf(await links.change(ada, added.value.id, { expiresAt: null })), 'ok')
    assert.equal(codeOf(await links.read(added.value.token)), 'ok')
    assert.equal(codeOf(await links.revoke(ada, added.value.id)), 'ok')
    assert.deepEqual(await links.read(added.value.token), unknown)
  })

  test('of a token only the hash is stored, and it is told once', async () => {
    const world = rules()
    const { links, ada, audit, activity, published } = world
    const added = await links.add(ada, { noteId: await noteOf(world), ...keys })
    assert(added.ok)
    const { token, id } = added.value
    const stored = JSON.stringify(await connection.db!.collection('publiclinks').findOne({ _id: new Types.ObjectId(id) }))
    assert.ok(!stored.includes(token))
    assert.ok(!JSON.stringify([await links.list(ada, page), await links.change(ada, id, keys), audit, activity, published]).includes(token))
    assert.equal(codeOf(await links.read(id)), 'LINK_NOT_FOUND')
  })

  test('a share opens a note for its recipient alone, until it is revoked', async () => {
    const world = rules()
    const { shares, ada, grace } = world
    const noteId = await noteOf(world)
    const added = await shares.add(ada, { noteId, recipientEmail: 'GRACE@example.com', ...keys })
    assert(added.ok)
    assert.equal(codeOf(await shares.add(ada, { noteId, recipientEmail: 'grace@example.com', ...keys })), 'SHARE_EXISTS')
    const read = await shares.read(grace, added.value.id)
    assert(read.ok)
    assert.deepEqual([read.value.ownerId, read.value.note.id], [ada.userId, noteId])
    assert.equal(codeOf(await shares.read(ada, added.value.id)), 'SHARE_NOT_FOUND')
    assert.equal(codeOf(await shares.get(grace, added.value.id)), 'SHARE_NOT_FOUND')
    assert.equal(codeOf(await shares.revoke(grace, added.value.id)), 'SHARE_NOT_FOUND')
    assert.equal(codeOf(await shares.revoke(ada, added.value.id)), 'ok')
    assert.equal(codeOf(await shares.read(grace, added.value.id)), 'SHARE_NOT_FOUND')
  })

  test('what is done is told once: to the trail, and to the sockets of both', async () => {
    const world = rules()
    const { shares, links, ada, grace, activity, audit, published } = world
    const noteId = await noteOf(world)
    activity.length = published.length = 0
    const share = await shares.add(ada, { noteId, recipientEmail: 'grace@example.com', ...keys })
    assert(share.ok)
    await shares.change(ada, share.value.id, { encapsulatedKey: 'bmV3' })
    await shares.revoke(ada, share.value.id)
    const link = await links.add(ada, { noteId, ...keys })
    assert(link.ok)
    await links.revoke(ada, link.value.id)
    const expected = ['share.created', 'share.updated', 'share.revoked', 'link.created', 'link.revoked']
    assert.deepEqual(activity.map(({ action }) => action), expected)
    assert.deepEqual(audit.map(({ event }) => event), expected)
    assert.deepEqual(published.filter(({ room }) => room === `user:${grace.userId}`).map(({ name }) => name), ['share:created', 'share:updated', 'share:revoked'])
    assert.deepEqual(published.filter(({ room }) => room === `user:${ada.userId}`).length, 5)
  })

  test('a note goes with its content, its shares and its links', async () => {
    const world = rules()
    const { notes, contents, shares, links, ada, grace } = world
    const noteId = await noteOf(world)
    const put = await contents.put(ada, noteId, { keys, source: (async function * () { yield Buffer.from('ciphertext') })(), length: undefined, headers: {} })
    assert.equal(codeOf(put), 'ok')
    const share = await shares.add(ada, { noteId, recipientEmail: 'grace@example.com', ...keys })
    const link = await links.add(ada, { noteId, ...keys })
    assert(share.ok && link.ok)
    assert.equal(codeOf(await shares.content(grace, share.value.id)), 'ok')
    assert.equal(codeOf(await links.content(link.value.token)), 'ok')
    assert.equal(codeOf(await notes.remove(grace, noteId)), 'NOTE_NOT_FOUND')
    assert.equal(codeOf(await links.content(link.value.token)), 'ok', 'another user removes nothing')
    assert.equal(codeOf(await notes.remove(ada, noteId)), 'ok')
    assert.equal(codeOf(await shares.read(grace, share.value.id)), 'SHARE_NOT_FOUND')
    assert.equal(codeOf(await links.read(link.value.token)), 'LINK_NOT_FOUND')
    for (const collection of ['shares', 'publiclinks']) assert.equal(await connection.db!.collection(collection).countDocuments({ noteId: new Types.ObjectId(noteId) }), 0)
    assert.equal(await connection.db!.collection('content.files').countDocuments({}), 0)
    assert.equal(await connection.db!.collection('content.chunks').countDocuments({}), 0)
  })

  test('the removal of a note by another user removes no content', async () => {
    const world = rules()
    const { notes, contents, ada, grace } = world
    const noteId = await noteOf(world)
    await contents.put(ada, noteId, { keys, source: (async function * () { yield Buffer.from('ciphertext') })(), length: undefined, headers: {} })
    assert.equal(codeOf(await notes.remove(grace, noteId)), 'NOTE_NOT_FOUND')
    const kept = await contents.get(ada.userId, noteId)
    assert(kept.ok)
    assert.notEqual(await contents.open(kept.value), undefined, 'its bytes are there')
    assert.equal(await connection.db!.collection('content.works').countDocuments({}), 0)
    await notes.remove(ada, noteId)
  })
})
