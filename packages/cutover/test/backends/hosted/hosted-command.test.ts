import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { openHostedCommand } from '../../../src/backends/hosted/hosted-command.ts'
import { keptLog } from '../../fixtures/backends/watch.ts'

const cwd = join(import.meta.dirname, '../../fixtures/backends')
const options = (command: string, env: Record<string, string> = {}) => ({
  name: 'twin', command: `"${process.execPath}" ${command}`, cwd, env, url: new URL('http://127.0.0.1:5001/base'), health: undefined, startTimeoutMs: 15_000, stopTimeoutMs: 2000, log: keptLog()
})

test('one more instance of a command runs on a port of its own', async t => {
  const first = await openHostedCommand(options('program.mjs', { GREETING: 'on {port}' }))
  t.after(() => first.stop())
  const second = await openHostedCommand(options('program.mjs'))
  t.after(() => second.stop())
  assert.notEqual(first.origin.port, second.origin.port)
  assert.notEqual(first.origin.port, '5001')
  assert.equal(first.origin.pathname, '/base')
  const { pid, greeting } = await (await fetch(first.origin)).json() as { pid: number, greeting: string }
  assert.equal(pid, first.pid)
  assert.equal(greeting, `on ${first.origin.port}`)
  await first.stop()
  assert.match(await first.exited, /SIGTERM|code 0/)
})

test('one that crashes is told with its last output', async () => {
  await assert.rejects(openHostedCommand(options('program.mjs crash-at-once')), { code: 'CUT_SIDE_FAILED', message: /exited with code 7[\s\S]*cannot find the database/ })
})

test('one that listens elsewhere is told how to learn its port', async () => {
  await assert.rejects(openHostedCommand({ ...options('program.mjs silent'), startTimeoutMs: 1000 }), /was not ready within 1s[\s\S]*write \{port\} in its command line/)
})

test('a command line that needs a shell is refused', async () => {
  await assert.rejects(openHostedCommand(options('a && b')), { code: 'CUT_COMMAND_INVALID' })
})
