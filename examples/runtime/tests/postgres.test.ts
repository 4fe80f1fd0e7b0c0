import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { describe, test } from 'node:test'
import { startDatabase } from '../postgres.ts'
import { accepts } from './accepts.ts'

const source = JSON.stringify(new URL('../postgres.ts', import.meta.url).href)

describe('the embedded database', () => {
  test('leaves nothing behind when it stops', async () => {
    const database = await startDatabase('sample')
    assert.equal(await accepts(database.url), true)
    const folders = async () => (await readdir(tmpdir())).filter(name => name.startsWith('sample-postgres-'))
    const before = await folders()
    await database.stop()
    assert.equal(await accepts(database.url), false)
    assert.ok((await folders()).length < before.length)
  })

  test('stops when its process is killed', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', `
      const { startDatabase } = await import(${source})
      console.log((await startDatabase('sample')).url)`], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, TMPDIR: tmpdir() } })
    const [line] = await once(child.stdout, 'data') as [Buffer]
    const url = String(line).trim()
    assert.equal(await accepts(url), true)
    child.kill('SIGKILL')
    const deadline = Date.now() + 10_000
    while (await accepts(url)) assert.ok(Date.now() < deadline, 'the server outlived its process')
  })
})
