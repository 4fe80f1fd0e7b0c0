import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../../src/parity/fuzz/random.ts'
import { mutateScenario } from '../../../src/parity/fuzz/sequences/mutate.ts'
import { signInOf } from '../../../src/parity/fuzz/sequences/sign-in.ts'
import { isSound } from '../../../src/parity/fuzz/sequences/sound.ts'
import { pointerOf } from '../../../src/parity/fuzz/world.ts'
import type { Scenario } from '../../../src/parity/scenario/scenario.ts'

const ref = (name: string) => `\${${name}}`
const life: Scenario = {
  name: 'life',
  steps: [
    { request: 'POST /login', json: { user: 'ada' }, capture: { token: '/token' }, expect: { status: 200 } },
    { request: 'GET /me', headers: { authorization: `Bearer ${ref('token')}` } },
    { request: 'POST /notes', headers: { authorization: `Bearer ${ref('token')}` }, json: { title: 'a', tags: ['b'] }, capture: { id: '/id' } },
    { request: `DELETE /notes/${ref('id')}?sure=1`, headers: { authorization: `Bearer ${ref('token')}` } }
  ]
}

test('changes a scenario in many ways, and never uses what is not captured', () => {
  const random = new Random(11)
  const made = new Set<string>()
  for (let index = 0; index < 500; index++) {
    const changed = mutateScenario(life, random)
    assert.ok(isSound(changed), JSON.stringify(changed))
    assert.ok(changed.steps.every(step => step.expect === undefined))
    made.add(JSON.stringify(changed.steps))
  }
  assert.ok(made.size > 350, String(made.size))
})

test('knows a scenario that uses what it has not captured', () => {
  assert.equal(isSound(life), true)
  assert.equal(isSound({ ...life, steps: life.steps.slice(1) }), false)
  assert.equal(isSound({ name: 'text', steps: [{ request: 'POST /a', text: `$${ref('price')}` }] }), true)
  assert.equal(isSound({ name: 'given', let: { who: 'x' }, steps: [{ request: `GET /${ref('who')}` }] }), true)
})

test('signs in with the steps that capture what headers need', () => {
  const headers = { authorization: `Bearer ${ref('token')}` }
  const other: Scenario = { name: 'other', steps: [{ request: 'GET /csrf', capture: { csrf: 'header:x-csrf' } }, { request: 'GET /a' }, { request: 'POST /login', headers: { 'x-csrf': ref('csrf') }, capture: { token: '/t' } }, ...life.steps.slice(1)] }
  assert.equal(signInOf(headers, life, [])?.steps.length, 4)
  assert.deepEqual(signInOf(headers, undefined, [life])?.steps, [{ request: 'POST /login', json: { user: 'ada' }, capture: { token: '/token' } }])
  assert.deepEqual(signInOf(headers, { name: 'faults', steps: [{ request: 'POST /login' }] }, [other])?.steps.map(step => step.request), ['GET /csrf', 'POST /login'])
  assert.equal(signInOf(headers, undefined, []), undefined)
})

test('finds the place of an id in an answer', () => {
  assert.equal(pointerOf({ vehicles: [{ vin: 'v', id: 'x' }] }, ['vehicleid', 'id']), '/vehicles/0/id')
  assert.equal(pointerOf({ data: { user: { id: 1 }, vehicleId: 2 } }, ['vehicleid', 'id']), '/data/vehicleId')
  assert.equal(pointerOf([{ 'a/b': { uuid: 'u' } }], ['uuid']), '/0/a~1b/uuid')
  assert.equal(pointerOf({ id: null, items: [] }, ['id']), undefined)
})
