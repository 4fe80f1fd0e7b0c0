import assert from 'node:assert/strict'
import { once, EventEmitter } from 'node:events'
import { test } from 'node:test'
import { Deadline, Deadlines } from '../../src/switch/deadlines.ts'

test('what is missed is told in order, what was disarmed is not', async t => {
  const deadlines = new Deadlines(30)
  t.after(() => deadlines.close())
  const missed: string[] = []
  const events = new EventEmitter()
  const made = ['a', 'b', 'c', 'd'].map(name => Deadline.for(name, name => { missed.push(name); if (name === 'd') events.emit('last') }))
  const held = setTimeout(() => {}, 5_000)
  const last = once(events, 'last')
  for (const deadline of made) deadlines.add(deadline)
  assert.ok(made.every(deadline => deadline.armed))
  made[1]!.disarm()
  made[1]!.disarm()
  await last
  clearTimeout(held)
  assert.deepEqual(missed, ['a', 'c', 'd'])
  assert.ok(made.every(deadline => !deadline.armed))
})

test('a missed one may be set again, and one without end never comes', async t => {
  const deadlines = new Deadlines(10)
  t.after(() => deadlines.close())
  const events = new EventEmitter()
  let times = 0
  const deadline: Deadline = Deadline.for('x', () => {
    if (++times < 3) deadlines.add(deadline)
    else events.emit('third')
  })
  const held = setTimeout(() => {}, 5_000)
  const third = once(events, 'third')
  deadlines.add(deadline)
  await third
  clearTimeout(held)
  const never = Deadline.for('x', () => assert.fail('missed'))
  new Deadlines(Infinity).add(never)
  assert.equal(never.armed, false)
})

test('one that is set anew goes to the end, and each is missed once', async t => {
  const deadlines = new Deadlines(20)
  t.after(() => deadlines.close())
  const missed: string[] = []
  const events = new EventEmitter()
  const made = ['a', 'b'].map(name => Deadline.for(name, name => { missed.push(name); if (name === 'a') setImmediate(() => events.emit('last')) }))
  const held = setTimeout(() => {}, 5_000)
  const last = once(events, 'last')
  for (const deadline of made) deadlines.add(deadline)
  made[0]!.disarm()
  deadlines.add(made[0]!)
  await last
  clearTimeout(held)
  assert.deepEqual(missed, ['b', 'a'])
})
