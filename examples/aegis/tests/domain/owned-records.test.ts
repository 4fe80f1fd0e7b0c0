import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createOwnedRecords, type RecordRules } from '../../domain/owned-records.ts'
import { success } from '../../types/result.ts'
import { caller, idOf, memoryStore, memoryTrail } from '../memory-records.ts'

interface Fields {
  readonly text: string
}

const ada = caller(idOf(0xada))
const grace = caller(idOf(0x94ace))

function openRecords (more: Partial<RecordRules<Fields, Fields, Partial<Fields>>> = {}) {
  const told = memoryTrail()
  const store = memoryStore<Fields>()
  const records = createOwnedRecords<Fields, Fields, Partial<Fields>>({
    resource: 'thing', noun: 'small thing', store, trail: told.trail, events: told.events, create: (_caller, draft) => success(draft), revise: (_caller, _current, fields) => success({ fields }), ...more
  })
  const add = async (text = 'a') => {
    const added = await records.add(ada, { text })
    assert.ok(added.ok)
    return added.value
  }
  return { ...told, store, records, add }
}

describe('records of one owner', () => {
  test('are created, read, changed and removed, and each change is told once', async () => {
    const { records, add, activity, audit, published } = openRecords()
    const { id } = await add()
    const changed = await records.change(ada, id, { text: 'b' })
    assert.deepEqual(changed.ok && [changed.value.text, changed.value.version], ['b', 2])
    assert.deepEqual(await records.get(ada, id), changed)
    assert.deepEqual(await records.remove(ada, id), success(undefined))
    assert.deepEqual(activity, ['created', 'updated', 'deleted'].map(action => ({ userId: ada.userId, action: `thing.${action}`, resource: 'thing', resourceId: id })))
    assert.deepEqual(published.map(({ room, name, payload }) => [room, name, payload.id, payload.version]), [
      [`user:${ada.userId}`, 'thing:created', id, 1], [`user:${ada.userId}`, 'thing:updated', id, 2], [`user:${ada.userId}`, 'thing:deleted', id, undefined]
    ])
    assert.deepEqual(audit, [])
  })

  test('are told to the audit, too, where they matter to security', async () => {
    const { add, audit } = openRecords({ audited: true })
    const { id } = await add()
    assert.deepEqual(audit, [{ userId: ada.userId, event: 'thing.created', address: '192.0.2.1', requestId: 'request-1', details: { id } }])
  })

  test('answer to another user as if there were none, and nobody hears of it', async () => {
    const { records, add, activity, store } = openRecords({ release: async () => ({ ok: false, failure: { kind: 'conflict', code: 'HELD', message: 'held' } }) })
    const { id } = await add()
    for (const attempt of [
      (key: string) => records.get(grace, key),
      (key: string) => records.change(grace, key, { text: 'b' }),
      (key: string) => records.change(grace, key, { text: 'b', version: 9 }),
      (key: string) => records.change(grace, key, {}),
      (key: string) => records.remove(grace, key)
    ]) {
      const answer = await attempt(id)
      assert.equal(!answer.ok && answer.failure.code, 'SMALL_THING_NOT_FOUND')
      assert.deepEqual(answer, await attempt(idOf(0xdead)))
    }
    assert.equal(store.all.get(id)?.record.text, 'a')
    assert.equal(activity.length, 1)
  })

  test('are left alone when their version is not the one that the client has seen', async () => {
    const { records, add, activity } = openRecords()
    const { id } = await add()
    assert.equal((await records.change(ada, id, { text: 'b', version: 1 })).ok, true)
    const late = await records.change(ada, id, { text: 'c', version: 1 })
    assert.equal(!late.ok && late.failure.code, 'VERSION_STALE')
    const found = await records.get(ada, id)
    assert.equal(found.ok && found.value.text, 'b')
    assert.equal(activity.length, 2)
  })

  test('a version alone changes nothing', async () => {
    const { records, add } = openRecords()
    const { id } = await add()
    const answer = await records.change(ada, id, { version: 1 })
    assert.equal(!answer.ok && answer.failure.code, 'NOTHING_TO_CHANGE')
  })

  test('a change that another one overtakes is made on what is there then', async () => {
    const seen: string[] = []
    const { store, records, add, activity } = openRecords({
      async revise (_caller, current, fields) {
        seen.push(current.text)
        if (seen.length === 1) await store.update(ada.userId, current.id, current.version, { text: 'overtaking' })
        return success({ fields })
      }
    })
    const { id } = await add()
    const changed = await records.change(ada, id, { text: 'mine' })
    assert.deepEqual(seen, ['a', 'overtaking'])
    assert.deepEqual(changed.ok && [changed.value.text, changed.value.version], ['mine', 3])
    assert.equal(activity.length, 2)
  })

  test('a change that never gets its turn is refused', async () => {
    const { store, records, add } = openRecords({
      async revise (_caller, current, fields) {
        await store.update(ada.userId, current.id, current.version, {})
        return success({ fields })
      }
    })
    const { id } = await add()
    const answer = await records.change(ada, id, { text: 'mine' })
    assert.equal(!answer.ok && answer.failure.code, 'VERSION_STALE')
  })

  test('a change that cannot stay is taken back, and nobody hears of it', async () => {
    const { records, add, activity, published } = openRecords({ confirm: async () => ({ ok: false, failure: { kind: 'unprocessable', code: 'NO', message: 'no' } }) })
    const { id } = await add()
    const answer = await records.change(ada, id, { text: 'b' })
    assert.equal(!answer.ok && answer.failure.code, 'NO')
    const found = await records.get(ada, id)
    assert.equal(found.ok && found.value.text, 'a')
    assert.deepEqual([activity.length, published.length], [1, 1])
  })
})
