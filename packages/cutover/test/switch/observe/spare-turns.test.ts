import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SpareTurns } from '../../../src/switch/observe/spare-turns.ts'

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

test('one piece is done in a turn, in order', async () => {
  const turns = new SpareTurns()
  const done: number[] = []
  for (const piece of [1, 2, 3]) turns.add(() => { done.push(piece) })
  assert.deepEqual(done, [])
  await turn()
  assert.deepEqual(done, [1])
  await turn()
  await turn()
  assert.deepEqual(done, [1, 2, 3])
})

test('a turn in which a client moved is left to clients, but not for ever', async () => {
  const turns = new SpareTurns()
  let done = 0
  const isDone = (): boolean => done > 0
  const began = performance.now()
  turns.add(() => { done++ })
  for (let i = 0; i < 50 && performance.now() - began < 80; i++) {
    turns.moved()
    await turn()
    if (performance.now() - began < 90) assert.equal(done, 0)
  }
  turns.add(() => { done++ })
  for (let i = 0; i < 10_000_000 && !isDone(); i++) {
    turns.moved()
    await turn()
  }
  assert.ok(performance.now() - began >= 100)
  await turn()
  await turn()
  assert.equal(done, 2)
})

test('after a long piece nothing is done for a multiple of it', async () => {
  const turns = new SpareTurns()
  let ended = 0
  const next = new Promise<number>(resolve => {
    turns.add(() => {
      const from = performance.now()
      while (performance.now() < from + 5);
      ended = performance.now()
    })
    turns.add(() => resolve(performance.now()))
  })
  // The rest alone must not keep a process alive.
  const alive = setInterval(() => {}, 1_000)
  const began = await next
  clearInterval(alive)
  assert.ok(began - ended >= 19, `${began - ended} ms`)
})

test('once it is closed nothing more is done', async () => {
  const turns = new SpareTurns()
  let done = 0
  turns.add(() => { done++ })
  turns.close()
  turns.add(() => { done++ })
  await turn()
  await turn()
  assert.equal(done, 0)
})
