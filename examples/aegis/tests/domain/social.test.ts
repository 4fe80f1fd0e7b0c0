import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Types } from 'mongoose'
import type { Result } from '../../types/result.ts'
import { openSocialWorld, type Person, type SocialWorld } from '../social-world.ts'

const page = { limit: 50 }

describe('connections', () => {
  let world: SocialWorld
  before(async () => { world = await openSocialWorld() })
  after(async () => { await world?.close() })

  const two = async (): Promise<[Person, Person]> => [await world.person('ada'), await world.person('grace')]
  const connected = async (): Promise<[Person, Person]> => {
    const [ada, grace] = await two()
    const { id } = given(await world.social.request(ada, { email: grace.email }))
    given(await world.social.answer(grace, id, 'accepted'))
    return [ada, grace]
  }
  const shown = async (person: Person): Promise<object> => ({
    requests: (await world.social.listRequests(person.userId, page)).map(({ direction, status, user }) => ({ direction, status, user })),
    connections: (await world.social.listConnections(person.userId, page)).map(({ user }) => user)
  })
  const roomsOf = (name: string, since: number): readonly string[] => world.told.slice(since).filter(event => event.name === name).map(({ room }) => room).sort()

  test('a request is seen by both, with what each knows, and becomes one connection of both', async () => {
    const [ada, grace] = await two()
    const before = world.told.length
    const { id } = given(await world.social.request(ada, { email: grace.email.toUpperCase() }))
    assert.deepEqual(await shown(ada), { requests: [{ direction: 'outgoing', status: 'pending', user: { id: null, email: grace.email } }], connections: [] })
    assert.deepEqual(await shown(grace), { requests: [{ direction: 'incoming', status: 'pending', user: { id: ada.userId, email: ada.email } }], connections: [] })
    const answer = given(await world.social.answer(grace, id, 'accepted'))
    assert.deepEqual([answer.id, answer.status], [id, 'accepted'])
    assert.deepEqual(await shown(ada), { requests: [], connections: [{ id: grace.userId, email: grace.email }] })
    assert.deepEqual(await shown(grace), { requests: [], connections: [{ id: ada.userId, email: ada.email }] })
    const both = [`user:${ada.userId}`, `user:${grace.userId}`].sort()
    assert.deepEqual([roomsOf('connection:requested', before), roomsOf('connection:accepted', before)], [both, both])
  })

  test('an address that nobody has answers, and is listed, as any other', async () => {
    const [ada, grace] = await two()
    for (const [known, unknown] of [[{ email: grace.email }, { email: 'nobody@example.com' }], [{ userId: grace.userId }, { userId: new Types.ObjectId().toHexString() }]] as const) {
      const answers = [given(await world.social.request(ada, known)), given(await world.social.request(ada, unknown))]
      const listed = await world.social.listRequests(ada.userId, page)
      const again = [given(await world.social.request(ada, known)), given(await world.social.request(ada, unknown))]
      const read = [given(await world.social.getRequest(ada.userId, answers[0]!.id)), given(await world.social.getRequest(ada.userId, answers[1]!.id))]
      assert.deepEqual(listed, answers.toReversed())
      assert.deepEqual([again, read], [answers, answers])
      const [one, other] = answers.map(({ id, user, createdAt, updatedAt, ...rest }) => ({ ...rest, shows: Object.entries(user).map(([key, value]) => [key, value === null]) }))
      assert.deepEqual(one, other)
      assert.deepEqual([answers[0]!.user, answers[1]!.user], [known, unknown].map(asked => ({ id: 'userId' in asked ? asked.userId : null, email: 'email' in asked ? asked.email : null })))
      for (const person of [ada, grace]) {
        const codes = await Promise.all(['accepted', 'declined'].map(async status => codeOf(await world.social.answer(person, answers[1]!.id, status as 'accepted'))))
        assert.deepEqual(codes, ['CONNECTION_REQUEST_NOT_FOUND', 'CONNECTION_REQUEST_NOT_FOUND'])
      }
      for (const { id } of answers) given(await world.social.withdraw(ada, id))
      assert.deepEqual(await shown(ada), { requests: [], connections: [] })
    }
    const own = world.trail.filter(({ userId }) => userId === ada.userId)
    assert.deepEqual(own.map(({ name }) => name), [...Array(2)].flatMap(() => ['connection.requested', 'connection.requested', 'connection.withdrawn', 'connection.withdrawn']))
  })

  test('a request reaches who registers later, when it is made again', async () => {
    const ada = await world.person('ada')
    const email = `late-${new Types.ObjectId().toHexString()}@example.com`
    const first = given(await world.social.request(ada, { email }))
    const _id = new Types.ObjectId()
    await world.connection.collection('users').insertOne({ _id, email })
    const second = given(await world.social.request(ada, { email }))
    assert.equal(second.id, first.id)
    assert.equal((await world.social.listRequests(_id.toHexString(), page)).length, 1)
    assert.equal((await world.social.listRequests(ada.userId, page)).length, 1)
  })

  test('there is one row for a pair, whoever asks, and who asks back has accepted', async () => {
    const [ada, grace] = await two()
    given(await world.social.request(ada, { email: grace.email }))
    assert.equal(given(await world.social.request(grace, { userId: ada.userId })).status, 'accepted')
    assert.equal(given(await world.social.request(ada, { email: grace.email })).status, 'accepted')
    assert.equal(await world.connection.collection('connections').countDocuments({ userIds: new Types.ObjectId(ada.userId) }), 1)
  })

  test('requests in both directions at the same moment end as one connection', async () => {
    for (let round = 0; round < 5; round++) {
      const [ada, grace] = await two()
      await Promise.all([world.social.request(ada, { email: grace.email }), world.social.request(grace, { userId: ada.userId })])
      assert.deepEqual(await shown(ada), { requests: [], connections: [{ id: grace.userId, email: grace.email }] })
      assert.equal(await world.connection.collection('connections').countDocuments({ userIds: new Types.ObjectId(ada.userId) }), 1)
    }
  })

  test('an answer is given once', async () => {
    const [ada, grace] = await two()
    const { id } = given(await world.social.request(ada, { userId: grace.userId }))
    const answers = await Promise.all([world.social.answer(grace, id, 'accepted'), world.social.answer(grace, id, 'declined'), world.social.answer(grace, id, 'accepted')])
    assert.equal(answers.filter(({ ok }) => ok).length, 1)
    assert.deepEqual(answers.map(codeOf).filter(code => code !== undefined), ['CONNECTION_REQUEST_ANSWERED', 'CONNECTION_REQUEST_ANSWERED'])
    assert.equal(world.trail.filter(({ userId, kind }) => userId === grace.userId && kind === 'activity').length, 1)
  })

  test('a declined request is in no list, and may be made again by either', async () => {
    const [ada, grace] = await two()
    const { id } = given(await world.social.request(ada, { userId: grace.userId }))
    assert.equal(given(await world.social.answer(grace, id, 'declined')).status, 'declined')
    assert.deepEqual(await shown(ada), { requests: [], connections: [] })
    assert.equal(given(await world.social.request(grace, { userId: ada.userId })).direction, 'outgoing')
    assert.equal((await world.social.listRequests(ada.userId, { ...page, direction: 'incoming' })).length, 1)
    assert.equal((await world.social.listRequests(ada.userId, { ...page, direction: 'outgoing' })).length, 0)
  })

  test('what does not concern a user does not exist', async () => {
    const [ada, grace] = await connected()
    const [linus, other] = [await world.person('linus'), await world.person('other')]
    const { id } = given(await world.social.request(ada, { userId: other.userId }))
    for (const wrong of [id, new Types.ObjectId().toHexString(), 'not-an-id', id.toUpperCase()]) {
      assert.equal(codeOf(await world.social.getRequest(linus.userId, wrong)), 'CONNECTION_REQUEST_NOT_FOUND')
      assert.equal(codeOf(await world.social.answer(linus, wrong, 'accepted')), 'CONNECTION_REQUEST_NOT_FOUND')
      assert.equal(codeOf(await world.social.withdraw(linus, wrong)), 'CONNECTION_REQUEST_NOT_FOUND')
    }
    assert.equal(codeOf(await world.social.answer(ada, id, 'accepted')), 'CONNECTION_REQUEST_NOT_FOUND', 'who asked cannot answer')
    assert.equal(codeOf(await world.social.withdraw(other, id)), 'CONNECTION_REQUEST_NOT_FOUND', 'who was asked cannot withdraw')
    for (const wrong of [ada.userId, grace.userId, 'not-an-id']) {
      assert.equal(codeOf(await world.social.disconnect(linus, wrong)), 'CONNECTION_NOT_FOUND')
      assert.equal(codeOf(await world.social.block(linus, wrong)), 'USER_NOT_FOUND')
      assert.equal(codeOf(await world.social.unblock(linus, wrong)), 'BLOCK_NOT_FOUND')
    }
    assert.deepEqual(world.trail.filter(({ userId }) => userId === linus.userId), [])
    assert.deepEqual(await shown(linus), { requests: [], connections: [] })
  })

  test('who asked cannot learn an id, or that there is a user, by a block', async () => {
    const [ada, grace] = await two()
    given(await world.social.request(ada, { userId: grace.userId }))
    assert.equal(codeOf(await world.social.block(ada, grace.userId)), 'USER_NOT_FOUND')
  })

  test('a connection with oneself is refused', async () => {
    const ada = await world.person('ada')
    assert.equal(codeOf(await world.social.request(ada, { userId: ada.userId })), 'CONNECTION_WITH_SELF')
    assert.equal(codeOf(await world.social.request(ada, { email: ada.email })), 'CONNECTION_WITH_SELF')
  })

  test('a removed connection is gone for both, and can be asked for anew', async () => {
    const [ada, grace] = await connected()
    given(await world.social.disconnect(grace, ada.userId))
    assert.deepEqual([await shown(ada), await shown(grace)], [{ requests: [], connections: [] }, { requests: [], connections: [] }])
    assert.equal(codeOf(await world.social.disconnect(ada, grace.userId)), 'CONNECTION_NOT_FOUND')
    assert.equal(given(await world.social.request(ada, { userId: grace.userId })).status, 'pending')
  })

  test('a block ends the connection and hides every further request from its owner, not from its sender', async () => {
    const [ada, grace] = await connected()
    const before = world.told.length
    assert.deepEqual(given(await world.social.block(grace, ada.userId)).block.user, { id: ada.userId, email: ada.email })
    assert.deepEqual((await world.social.listBlocks(grace.userId, page)).map(({ user }) => user.id), [ada.userId])
    assert.deepEqual(await world.social.listBlocks(ada.userId, page), [])
    assert.deepEqual(await shown(ada), { requests: [], connections: [] })
    assert.deepEqual(roomsOf('user:blocked', before), [`user:${grace.userId}`], 'who is blocked is not told')

    const asked = given(await world.social.request(ada, { email: grace.email }))
    assert.equal(asked.status, 'pending')
    assert.deepEqual(await shown(grace), { requests: [], connections: [] })
    assert.equal(codeOf(await world.social.getRequest(grace.userId, asked.id)), 'CONNECTION_REQUEST_NOT_FOUND')
    assert.equal(codeOf(await world.social.answer(grace, asked.id, 'accepted')), 'CONNECTION_REQUEST_NOT_FOUND')
    assert.equal(codeOf(await world.social.request(grace, { userId: ada.userId })), 'USER_BLOCKED')
    assert.deepEqual(world.told.slice(before).filter(({ name, room }) => name === 'connection:requested' && room === `user:${grace.userId}`), [])
    assert.deepEqual([...await world.social.connectedAmong(ada.userId, [grace.userId])], [])

    given(await world.social.unblock(grace, ada.userId))
    assert.equal((await world.social.listRequests(grace.userId, page)).length, 1, 'what was asked meanwhile is seen now')
    assert.equal(codeOf(await world.social.unblock(grace, ada.userId)), 'BLOCK_NOT_FOUND')
  })

  test('a block leaves the blocked one\'s request as it looks to them, and takes back the owner\'s own', async () => {
    const [ada, grace] = await two()
    const asked = given(await world.social.request(ada, { userId: grace.userId }))
    given(await world.social.block(grace, ada.userId))
    assert.deepEqual(given(await world.social.getRequest(ada.userId, asked.id)), asked)
    given(await world.social.unblock(grace, ada.userId))
    assert.deepEqual(given(await world.social.getRequest(ada.userId, asked.id)), asked)
  })

  test('a second block changes nothing and is written once', async () => {
    const [ada, grace] = await connected()
    const [first, second] = [given(await world.social.block(grace, ada.userId)), given(await world.social.block(grace, ada.userId))]
    assert.deepEqual([first.created, second.created], [true, false])
    assert.deepEqual(first.block, second.block)
    assert.deepEqual(given(await world.social.getBlock(grace.userId, ada.userId)), first.block)
    assert.equal(codeOf(await world.social.getBlock(ada.userId, grace.userId)), 'BLOCK_NOT_FOUND')
    const written = world.trail.filter(({ userId, name }) => userId === grace.userId && name.endsWith('user.blocked'))
    assert.deepEqual(written.map(({ kind, name }) => `${kind} ${name}`), ['activity user.blocked', 'audit social.user.blocked'])
  })

  test('lists go page by page, newest first', async () => {
    const ada = await world.person('ada')
    const friends = [await world.person('b'), await world.person('c'), await world.person('d')]
    for (const { userId } of friends) given(await world.social.request(ada, { userId }))
    const first = await world.social.listRequests(ada.userId, { limit: 2 })
    assert.deepEqual(first.map(({ user }) => user.id), [friends[2]!.userId, friends[1]!.userId])
    const rest = await world.social.listRequests(ada.userId, { limit: 2, before: first[1]!.id })
    assert.deepEqual(rest.map(({ user }) => user.id), [friends[0]!.userId])
  })

  test('a store that answers that somebody else was quicker is asked anew, and not for ever', async () => {
    const [ada, grace] = await two()
    const { id } = given(await world.social.request(ada, { userId: grace.userId }))
    const stale = (await world.relations.find(ada.userId, id))!
    given(await world.social.answer(grace, id, 'accepted'))
    assert.equal(await world.relations.update({ ...stale, status: 'declined' }), undefined)
    assert.equal(await world.relations.remove(stale), false)
    assert.deepEqual([...await world.social.connectedAmong(ada.userId, [grace.userId, new Types.ObjectId().toHexString()])], [grace.userId])
  })
})

function given<Value> (result: Result<Value>): Value {
  assert.ok(result.ok, JSON.stringify(result))
  return result.value
}

function codeOf (result: Result<unknown>): string | undefined {
  return result.ok ? undefined : result.failure.code
}
