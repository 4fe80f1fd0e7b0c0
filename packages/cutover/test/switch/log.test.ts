import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type LogEvent, throttled } from '../../src/switch/log.ts'

test('the same fault of the same feature is told once a second, with the number left out', () => {
  const told: LogEvent[] = []
  let now = 0
  const log = throttled(event => told.push(event), () => now)
  const event = (feature: string, detail: number): LogEvent => ({ level: 'warn', code: 'CUT_X', feature, message: `it failed: ${detail}` })
  for (let i = 0; i < 100; i++) log(event('a', i))
  log(event('b', 0))
  log({ ...event('a', 0), code: 'CUT_Y' })
  assert.equal(told.length, 3)
  now = 999
  log(event('a', 100))
  assert.equal(told.length, 3)
  now = 1_000
  log(event('a', 101))
  assert.match(told.at(-1)!.message, /it failed: 101 \(and 100 like it\)/)
  now = 3_000
  log(event('a', 102))
  assert.equal(told.at(-1)!.message, 'it failed: 102')
})

test('news is always told', () => {
  const told: LogEvent[] = []
  const log = throttled(event => told.push(event), () => 0)
  for (let i = 0; i < 5; i++) log({ level: 'info', message: 'moved' })
  assert.equal(told.length, 5)
})

test('many kinds of fault do not fill the memory', () => {
  let told = 0
  const log = throttled(() => { told++ }, () => 0)
  for (let i = 0; i < 5_000; i++) log({ level: 'error', message: `fault ${i}` })
  assert.equal(told, 5_000)
})
