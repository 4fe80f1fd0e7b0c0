import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createSnapshots, type Snapshot } from '../../domain/snapshot.ts'
import type { ApiKey } from '../../types/keys.ts'
import type { Settings } from '../../types/settings.ts'

const settings: Settings = { strategy: 'balanced', cacheTtlSeconds: 60, maxAttempts: 3, disabledModels: [], generation: 1, updatedAt: '2026-01-01T00:00:00+00:00' }
const apiKey = (id: string): ApiKey => ({ id, name: id, prefix: 'nr_', scopes: ['prompt'], requestsPerMinute: 1, createdAt: '', revokedAt: null })

/** A database whose content the test sets, and what is known of it. */
function world (mostKeys = 10) {
  const state = {
    stored: { settings, generations: new Map<string, number>() } as Pick<Snapshot, 'settings' | 'generations'>,
    keys: new Map([['h1', apiKey('1')], ['h2', apiKey('2')], ['h3', apiKey('3')]]),
    down: false,
    loads: 0,
    lookups: [] as string[],
    forgotten: 0
  }
  const snapshots = createSnapshots({
    async load () {
      state.loads++
      if (state.down) throw new Error('down')
      return state.stored
    },
    async findKey (hash) {
      state.lookups.push(hash)
      if (state.down) throw new Error('down')
      return state.keys.get(hash)
    },
    forget: () => { state.forgotten++ },
    mostKeys
  })
  return { state, snapshots, change: () => { state.stored = { ...state.stored, settings: { ...state.stored.settings, generation: state.stored.settings.generation + 1 } } } }
}

describe('a snapshot', () => {
  test('is read once, and then there at once, while the feed is followed', async () => {
    const { state, snapshots } = world()
    await snapshots.found()
    const snapshot = snapshots.current()
    assert.ok(!(snapshot instanceof Promise))
    assert.equal(snapshot.cachePrefix, 'nr:cache:1:0:')
    snapshots.current()
    assert.equal(state.loads, 1)
  })

  test('names the generation of the settings and that of all models in the keys of answers', async () => {
    const { state, snapshots } = world()
    state.stored = { settings: { ...settings, generation: 7 }, generations: new Map([['*', 3], ['gpt-4o', 9]]) }
    assert.equal((await snapshots.current()).cachePrefix, 'nr:cache:7:3:')
  })

  test('is what was changed as soon as the change is heard: nobody is served the old one meanwhile', async () => {
    const { state, snapshots, change } = world()
    await snapshots.found()
    assert.equal(state.forgotten, 1)
    change()
    const heard = snapshots.heard('settings')
    assert.equal((await snapshots.current()).settings.generation, 2)
    await heard
    assert.equal(state.forgotten, 2)
  })

  test('forgets nothing when this process hears of a change that it made itself', async () => {
    const { state, snapshots, change } = world()
    await snapshots.found()
    change()
    await snapshots.wrote('settings')
    assert.equal(state.forgotten, 2)
    await snapshots.heard('settings')
    assert.equal(state.forgotten, 2)
  })

  test('hears of generations that changed, though the settings did not', async () => {
    const { state, snapshots } = world()
    await snapshots.found()
    state.stored = { settings, generations: new Map([['gpt-4o', 1]]) }
    await snapshots.heard('cache_generations')
    assert.equal(state.forgotten, 2)
  })

  test('is read each time while the feed is lost, and everything is forgotten', async () => {
    const { state, snapshots, change } = world()
    await snapshots.found()
    snapshots.lost()
    assert.equal(state.forgotten, 2)
    change()
    assert.equal((await snapshots.current()).settings.generation, 2)
    change()
    assert.equal((await snapshots.current()).settings.generation, 3)
    state.down = true
    await assert.rejects(async () => await snapshots.current(), /down/)
  })

  test('that could not be read is not taken for the old one', async () => {
    const { state, snapshots, change } = world()
    await snapshots.found()
    change()
    state.down = true
    await assert.rejects(snapshots.heard('settings'), /down/)
    await assert.rejects(async () => await snapshots.current(), /down/)
    state.down = false
    assert.equal((await snapshots.current()).settings.generation, 2)
  })
})

describe('keys that are known', () => {
  test('are looked up once while the feed is followed; unknown ones each time', async () => {
    const { state, snapshots } = world()
    await snapshots.found()
    for (const hash of ['h1', 'h1', 'none', 'none', 'h1']) await snapshots.findKey(hash)
    assert.deepEqual(state.lookups, ['h1', 'none', 'none'])
    assert.equal((snapshots.findKey('h1') as ApiKey).id, '1')
  })

  test('are looked up each time while it is lost', async () => {
    const { state, snapshots } = world()
    await snapshots.findKey('h1')
    await snapshots.found()
    await snapshots.findKey('h1')
    snapshots.lost()
    await snapshots.findKey('h1')
    await snapshots.findKey('h1')
    assert.equal(state.lookups.length, 4)
  })

  test('are forgotten when somebody changes keys, also those that are being looked up', async () => {
    const { state, snapshots } = world()
    await snapshots.found()
    await snapshots.findKey('h1')
    const old = snapshots.findKey('h2')
    state.keys.clear()
    await snapshots.heard('api_keys')
    assert.equal((await old)?.id, '2')
    assert.equal(await snapshots.findKey('h1'), undefined)
    assert.equal(await snapshots.findKey('h2'), undefined)
    assert.equal(state.forgotten, 1, 'answers stay')
  })

  test('are so many at most: the one that came first makes room', async () => {
    const { state, snapshots } = world(2)
    await snapshots.found()
    for (const hash of ['h1', 'h2', 'h3', 'h3', 'h2', 'h1']) await snapshots.findKey(hash)
    assert.deepEqual(state.lookups, ['h1', 'h2', 'h3', 'h1'])
  })
})
