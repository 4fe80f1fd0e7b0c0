/* eslint-disable no-template-curly-in-string -- scenarios are written with them */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Scenario, Step } from '../../../src/parity/scenario/scenario.ts'
import { shrinkScenario } from '../../../src/parity/shrink/shrink.ts'

/** A shop's session of which little is needed. */
const session: Scenario = {
  name: 'fuzzed',
  about: 'seed 7',
  given: { database: 'down' },
  let: { long: { repeat: 'x', times: 400 }, spare: 'unused' },
  steps: [
    { request: 'POST /sign-in', json: { user: 'ann', password: 'pw' }, capture: { token: '/token', name: '/name' } },
    { request: 'GET /items?page=1', headers: { accept: '*/*' } },
    {
      request: 'POST /items?dry=0&trace=yes',
      headers: { authorization: 'Bearer ${token}', 'accept-language': 'de', 'x-many': ['a', 'b'] },
      json: { name: 'kettle', price: 12.5, tags: ['a', 'b', 'c'], owner: { name: '${name}', address: { city: 'Ulm', zip: '89073' } } },
      capture: { id: '/id' }
    },
    { request: 'GET /items/${id}', times: 4 },
    { request: 'PUT /items/${id}?notify=false', json: { name: '${long}', price: 250, note: 'hello' } },
    { request: 'DELETE /items/${id}' },
    { request: 'GET /items?page=2&size=10', about: 'after it is gone', expect: { status: 200 } },
    { request: 'GET /health' }
  ]
}

const find = (scenario: Scenario, prefix: string): Step | undefined => scenario.steps.find(step => step.request.startsWith(prefix))
const field = (step: Step | undefined, name: string): unknown => (step?.json as Record<string, unknown> | undefined)?.[name]

test('only the steps and parts that are needed stay', async () => {
  const { scenario, complete, tries } = await shrinkScenario(session, async smaller => {
    const [create, put] = [find(smaller, 'POST /items'), find(smaller, 'PUT /items/${id}')]
    return create?.capture?.id === '/id' && Number(field(put, 'price')) >= 100 && smaller.steps.some(({ request }) => request.includes('size='))
  }, { step: 7 })
  assert.equal(complete, true)
  assert.ok(tries < 120, `${tries} tries`)
  assert.deepEqual(scenario, {
    name: 'fuzzed',
    about: 'seed 7',
    steps: [
      { request: 'POST /items', capture: { id: '/id' } },
      { request: 'PUT /items/${id}', json: { price: 100 } },
      { request: 'GET /items?size=' }
    ]
  })
})

test('a step whose capture is used stays, unless a literal does as well', async () => {
  const needs = async (smaller: Scenario): Promise<boolean> => smaller.steps.some(step => step.request.startsWith('DELETE /items/'))
  const kept = await shrinkScenario(session, async smaller => await needs(smaller) && smaller.steps.some(step => step.request === 'DELETE /items/${id}'))
  assert.deepEqual(kept.scenario.steps, [{ request: 'POST /items', capture: { id: '/id' } }, { request: 'DELETE /items/${id}' }])
  const freed = await shrinkScenario(session, needs, { literals: name => name === 'id' ? ['17'] : [] })
  assert.deepEqual((await shrinkScenario(session, needs)).scenario, freed.scenario)
  assert.deepEqual(freed.scenario.steps, [{ request: 'DELETE /items/0', endpoint: 'DELETE /items/${id}' }])
})

test('no scenario that is asked about uses a capture that nothing gives', async () => {
  await shrinkScenario(session, async smaller => {
    const known = new Set(Object.keys(smaller.let ?? {}))
    for (const step of smaller.steps) {
      for (const [, name] of JSON.stringify({ ...step, capture: undefined, endpoint: undefined }).matchAll(/\$\{(\w+)\}/g)) assert.ok(known.has(name!), `${name} in ${JSON.stringify(smaller.steps)}`)
      for (const name of Object.keys(step.capture ?? {})) known.add(name)
    }
    return find(smaller, 'PUT') !== undefined && find(smaller, 'DELETE') !== undefined
  })
})

test('an oracle that misses by chance costs size, not the finding', async () => {
  const real = (smaller: Scenario): boolean => find(smaller, 'POST /items') !== undefined && find(smaller, 'DELETE') !== undefined
  for (let seed = 1; seed <= 40; seed++) {
    const random = randomOf(seed)
    const shown = new Map<string, number>()
    const { scenario } = await shrinkScenario(session, async smaller => {
      const answer = real(smaller) && random() < 0.6
      if (answer) shown.set(JSON.stringify(smaller), (shown.get(JSON.stringify(smaller)) ?? 0) + 1)
      return answer
    })
    assert.ok(real(scenario), `seed ${seed}`)
    assert.ok(scenario === session || shown.get(JSON.stringify(scenario))! >= 2, `seed ${seed}: shown once only`)
  }
})

test('an answer that was right by chance does not lead astray', async () => {
  const real = (smaller: Scenario): boolean => find(smaller, 'PUT') !== undefined
  for (let seed = 1; seed <= 40; seed++) {
    const random = randomOf(seed)
    const { scenario } = await shrinkScenario(session, async smaller => real(smaller) || random() < 0.03)
    assert.ok(real(scenario), `seed ${seed}: ${JSON.stringify(scenario.steps)}`)
  }
})

test('bounds of tries, time and a signal end it with what was found so far', async () => {
  const shows = async (smaller: Scenario): Promise<boolean> => find(smaller, 'PUT') !== undefined
  const few = await shrinkScenario(session, shows, { maxTries: 5 })
  assert.equal(few.complete, false)
  assert.ok(few.tries <= 5 + 3 * 3, `${few.tries} tries`)
  assert.ok(few.scenario.steps.length < session.steps.length)
  let time = 0
  const late = await shrinkScenario(session, async smaller => {
    time += 100
    return await shows(smaller)
  }, { deadlineMs: 1000, now: () => time })
  assert.equal(late.complete, false)
  assert.ok(late.tries <= 20, `${late.tries} tries`)
  const abort = new AbortController()
  let asked = 0
  const stopped = await shrinkScenario(session, async smaller => {
    if (++asked === 3) abort.abort()
    return await shows(smaller)
  }, { signal: abort.signal })
  assert.equal(asked, 3)
  assert.equal(stopped.complete, false)
})

test('what does not show at all is given back as it was', async () => {
  const { scenario, tries, complete } = await shrinkScenario(session, async () => false)
  assert.equal(scenario, session)
  assert.equal(tries, 3)
  assert.equal(complete, false)
})

test('an error of the oracle is not swallowed', async () => {
  await assert.rejects(shrinkScenario(session, async () => { throw new Error('database gone') }), /database gone/)
})

test('the same question has the same result', async () => {
  const asked: string[][] = [[], []]
  for (const list of asked) {
    await shrinkScenario(session, async smaller => {
      list.push(JSON.stringify(smaller))
      return find(smaller, 'PUT') !== undefined
    })
  }
  assert.deepEqual(asked[0], asked[1])
})

function randomOf (seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
