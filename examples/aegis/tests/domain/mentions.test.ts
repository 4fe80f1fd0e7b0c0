import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Types } from 'mongoose'
import type { Result } from '../../types/result.ts'
import { openSocialWorld, type Person, type SocialWorld } from '../social-world.ts'

const noteId = 'a'.repeat(24)
const encryptedContext = 'Y2lwaGVydGV4dA=='

describe('mentions', () => {
  let world: SocialWorld
  let ada: Person
  let grace: Person
  let linus: Person
  before(async () => {
    world = await openSocialWorld()
    ada = await world.person('ada')
    grace = await world.person('grace')
    linus = await world.person('linus')
    for (const person of [grace, linus]) {
      const { id } = given(await world.social.request(ada, { userId: person.userId }))
      given(await world.social.answer(person, id, 'accepted'))
    }
    world.readers.add(`${ada.userId} ${noteId}`)
  })
  after(async () => { await world?.close() })

  test('reach each mentioned user, are listed and told to them alone, and written once', async () => {
    const [told, written] = [world.told.length, world.trail.length]
    const sent = given(await world.mentions.add(ada, { noteId, userIds: [grace.userId, linus.userId], encryptedContext }))
    assert.deepEqual(sent.map(({ userId }) => userId), [grace.userId, linus.userId])
    for (const [index, person] of [grace, linus].entries()) {
      const [mention, ...more] = await world.mentions.list(person.userId, { limit: 50 })
      assert.deepEqual({ ...mention, createdAt: '' }, { id: sent[index]!.id, noteId, authorId: ada.userId, encryptedContext, read: false, createdAt: '' })
      assert.deepEqual(more, [])
    }
    assert.deepEqual(await world.mentions.list(ada.userId, { limit: 50 }), [])
    assert.deepEqual(world.told.slice(told).map(({ room, name, payload }) => ({ room, name, payload })), sent.map(({ id, userId }) => ({ room: `user:${userId}`, name: 'mention:created', payload: { id, noteId, authorId: ada.userId } })))
    assert.deepEqual(world.trail.slice(written), [{ kind: 'activity', userId: ada.userId, name: 'note.mentioned' }])
  })

  test('of a note that the author may not read, or with a user who is not connected, do nothing at all', async () => {
    const stranger = await world.person('stranger')
    const [told, written, stored] = [world.told.length, world.trail.length, await world.connection.collection('mentions').countDocuments()]
    const add = async (author: Person, userIds: readonly string[]): Promise<string | undefined> => codeOf(await world.mentions.add(author, { noteId, userIds, encryptedContext }))
    assert.equal(await add(grace, [ada.userId]), 'NOTE_NOT_FOUND')
    assert.equal(await add(ada, [grace.userId, stranger.userId]), 'USER_NOT_FOUND')
    assert.equal(await add(ada, [new Types.ObjectId().toHexString()]), 'USER_NOT_FOUND')
    assert.equal(await add(ada, [ada.userId]), 'USER_NOT_FOUND')
    assert.deepEqual([world.told.length, world.trail.length, await world.connection.collection('mentions').countDocuments()], [told, written, stored])
  })

  test('do not reach a user who blocked the author', async () => {
    const blocker = await world.person('blocker')
    const { id } = given(await world.social.request(ada, { userId: blocker.userId }))
    given(await world.social.answer(blocker, id, 'accepted'))
    given(await world.social.block(blocker, ada.userId))
    assert.equal(codeOf(await world.mentions.add(ada, { noteId, userIds: [blocker.userId], encryptedContext })), 'USER_NOT_FOUND')
  })

  test('are read, listed by that, and deleted by the mentioned user alone', async () => {
    const [sent] = given(await world.mentions.add(ada, { noteId, userIds: [grace.userId], encryptedContext }))
    const { id } = sent!
    for (const [person, wrong] of [[ada, id], [linus, id], [grace, 'x'], [grace, id.toUpperCase().replace(/\d/g, 'A')]] as const) {
      assert.equal(codeOf(await world.mentions.get(person.userId, wrong)), 'MENTION_NOT_FOUND')
      assert.equal(codeOf(await world.mentions.change(person, wrong, { read: true })), 'MENTION_NOT_FOUND')
      assert.equal(codeOf(await world.mentions.remove(person, wrong)), 'MENTION_NOT_FOUND')
    }
    const written = world.trail.length
    assert.equal(given(await world.mentions.change(grace, id, { read: true })).read, true)
    assert.equal((await world.mentions.list(grace.userId, { limit: 50, unread: true })).some(mention => mention.id === id), false)
    assert.deepEqual((await world.mentions.list(grace.userId, { limit: 50, unread: false })).map(mention => mention.id), [id])
    given(await world.mentions.remove(grace, id))
    assert.equal(codeOf(await world.mentions.get(grace.userId, id)), 'MENTION_NOT_FOUND')
    assert.deepEqual(world.trail.slice(written).map(({ name }) => name), ['mention.read', 'mention.deleted'])
  })

  test('are listed page by page, newest first', async () => {
    const reader = await world.person('reader')
    given(await world.social.request(ada, { userId: reader.userId }))
    given(await world.social.request(reader, { userId: ada.userId }))
    const ids: string[] = []
    for (let count = 0; count < 3; count++) ids.push(given(await world.mentions.add(ada, { noteId, userIds: [reader.userId], encryptedContext }))[0]!.id)
    assert.deepEqual((await world.mentions.list(reader.userId, { limit: 2 })).map(({ id }) => id), [ids[2], ids[1]])
    assert.deepEqual((await world.mentions.list(reader.userId, { limit: 2, before: ids[1]! })).map(({ id }) => id), [ids[0]])
  })
})

function given<Value> (result: Result<Value>): Value {
  assert.ok(result.ok, JSON.stringify(result))
  return result.value
}

function codeOf (result: Result<unknown>): string | undefined {
  return result.ok ? undefined : result.failure.code
}
