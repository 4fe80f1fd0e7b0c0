import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ChangeFeed } from '../../data/change-feed.ts'
import { cacheVehicleLists } from '../../data/vehicle-list-cache.ts'
import { memoryStore } from '../fake-services.ts'

function setUp (options: { maxOwners?: number, maxAge?: number, now?: () => number } = {}) {
  const listeners = { change: (_ownerId: string) => {}, lost: () => {} }
  const state = { heard: true, reads: 0, hold: undefined as Promise<void> | undefined }
  const feed: ChangeFeed = {
    heard: () => state.heard,
    onChange: listener => { listeners.change = listener },
    onLost: listener => { listeners.lost = listener },
    close: async () => {}
  }
  const store = memoryStore()
  const counted = {
    ...store,
    list: async (ownerId: string) => {
      state.reads++
      const list = await store.list(ownerId)
      await state.hold
      return list
    }
  }
  return { cache: cacheVehicleLists(counted, feed, options), store, state, listeners }
}

const vin = '1HGCM82633A004352'

describe('the list cache', () => {
  test('reads a list once, also for requests at the same time', async () => {
    const { cache, state } = setUp()
    await Promise.all([cache.list('ada'), cache.list('ada'), cache.list('grace')])
    await cache.list('ada')
    assert.equal(state.reads, 2)
  })

  test('forgets an owner\'s list at each kind of write', async () => {
    const { cache } = setUp()
    await cache.list('ada')
    const vehicle = await cache.insert('ada', { vin })
    assert.equal((await cache.list('ada')).length, 1)
    await cache.update('ada', vehicle!.id, { nickname: 'n' })
    assert.equal((await cache.list('ada'))[0]?.nickname, 'n')
    await cache.remove('ada', vehicle!.id)
    assert.equal((await cache.list('ada')).length, 0)
  })

  test('does not keep a list that was being read while it changed', async () => {
    const { cache, state } = setUp()
    let release = (): void => {}
    state.hold = new Promise(resolve => { release = resolve })
    const old = cache.list('ada')
    await cache.insert('ada', { vin })
    state.hold = undefined
    release()
    assert.equal((await old).length, 0)
    assert.equal((await cache.list('ada')).length, 1)
  })

  test('forgets what the database announces', async () => {
    const { cache, store, listeners } = setUp()
    await cache.list('ada')
    await store.insert('ada', { vin })
    assert.equal((await cache.list('ada')).length, 0)
    listeners.change('ada')
    assert.equal((await cache.list('ada')).length, 1)
  })

  test('keeps nothing while announcements are not heard', async () => {
    const { cache, store, state, listeners } = setUp()
    await cache.list('ada')
    state.heard = false
    listeners.lost()
    await store.insert('ada', { vin })
    assert.equal((await cache.list('ada')).length, 1)
    await cache.list('ada')
    assert.equal(state.reads, 3)
    state.heard = true
    assert.equal((await cache.list('ada')).length, 1)
  })

  test('is bounded in age and in owners', async () => {
    let now = 0
    const { cache, state } = setUp({ maxOwners: 2, maxAge: 100, now: () => now })
    await cache.list('ada')
    now = 100
    await cache.list('ada')
    assert.equal(state.reads, 2)
    await cache.list('grace')
    await cache.list('ada')
    await cache.list('linus')
    await cache.list('ada')
    assert.equal(state.reads, 4)
    await cache.list('grace')
    assert.equal(state.reads, 5)
  })

  test('does not keep a failure', async () => {
    const { cache, store } = setUp()
    const { list } = store
    store.list = async () => { throw new Error('down') }
    await assert.rejects(cache.list('ada'), /down/)
    store.list = list
    assert.deepEqual(await cache.list('ada'), [])
  })
})
