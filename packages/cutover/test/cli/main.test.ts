import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { version } from '../../src/config/version.ts'
import { cutover, folderWith } from './harness.ts'

test('help and version are good', async t => {
  const folder = folderWith(t)
  assert.equal((await cutover(folder, ['--version'])).out.trim(), version)
  for (const words of [[], ['--help'], ['help'], ['help', 'share'], ['status', '--help']]) {
    const { code, out } = await cutover(folder, words)
    assert.equal(code, 0, words.join(' '))
    assert.match(out, /^Usage: cutover/, words.join(' '))
  }
})

test('every command has examples and the options of all', async t => {
  const folder = folderWith(t)
  for (const name of ['init', 'up', 'share', 'rollback', 'status', 'explain', 'doctor']) {
    const { out } = await cutover(folder, [name, '--help'])
    assert.match(out, /Examples:\n {2}cutover /, name)
    assert.match(out, /--json/, name)
  }
})

test('wrong usage ends with 2 and says how it goes', async t => {
  const folder = folderWith(t)
  const cases: ReadonlyArray<readonly [words: string[], message: RegExp]> = [
    [['statsu'], /unknown command 'statsu'\n\(Did you mean status\?\)/],
    [['share'], /missing required argument 'feature'/],
    [['share', 'a', '1%', 'more'], /too many arguments/],
    [['status', '--onec'], /unknown option '--onec'\n\(Did you mean --once\?\)/],
    [['up', '--port', '99999'], /99999.*It is not a port/],
    [['init', '--format', 'yaml'], /Allowed choices are ts, mts, js, mjs, json/]
  ]
  for (const [words, message] of cases) {
    const { code, err, out } = await cutover(folder, words)
    assert.equal(code, 2, words.join(' '))
    assert.match(err, message)
    assert.equal(out, '')
  }
})

test('with --json an error is JSON on standard output', async t => {
  const folder = folderWith(t)
  const usage = await cutover(folder, ['share', '--json'])
  assert.equal(usage.code, 2)
  assert.deepEqual(JSON.parse(usage.out), { error: { code: 'CUT_USAGE', message: "missing required argument 'feature'" } })
  const missing = await cutover(folder, ['up', '--json'])
  assert.equal(missing.code, 2)
  assert.equal(JSON.parse(missing.out).error.code, 'CUT_CONFIG_NOT_FOUND')
})

test('a config with mistakes ends with 2 and lists them', async t => {
  const folder = folderWith(t, { 'cutover.config.json': '{"legacy":{"origin":"http://a"},"candidate":{"origin":"http://b"},"features":{},"lisen":{}}' })
  const { code, err } = await cutover(folder, ['up'])
  assert.equal(code, 2)
  assert.match(err, /lisen: unknown key, did you mean "listen"\?/)
})

test('a stack is shown only when asked for', async t => {
  const folder = folderWith(t)
  assert.doesNotMatch((await cutover(folder, ['up'])).err, /\n {4}at /)
  assert.match((await cutover(folder, ['up'], { env: { CUTOVER_DEBUG: '1' } })).err, /\n {4}at /)
})

test('who reads only the beginning of what is printed is no error', async () => {
  const command = join(import.meta.dirname, '../../bin/cutover.js')
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=cutover-source', command, 'rollout', 'start', '--help'], { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.destroy()
  let said = ''
  child.stderr.on('data', chunk => { said += String(chunk) })
  const [code] = await once(child, 'close')
  assert.deepEqual({ code, said }, { code: 0, said: '' })
})
