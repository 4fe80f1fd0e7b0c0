import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, test } from 'node:test'
import { MongoClient } from 'mongodb'
import { startMongo } from '../mongodb.ts'
import { accepts } from './accepts.ts'

const source = JSON.stringify(new URL('../mongodb.ts', import.meta.url).href)

describe('the embedded document database', { skip: process.platform === 'linux' && process.arch === 'x64' ? false : 'there is none for this machine' }, () => {
  test('keeps documents, and is gone when it stops', async () => {
    const database = await startMongo('sample')
    const client = await new MongoClient(database.url).connect()
    await client.db().collection('notes').insertOne({ title: 'a' })
    assert.equal(await client.db('sample').collection('notes').countDocuments(), 1)
    await client.close()
    await database.stop()
    assert.equal(await accepts(database.url), false)
  })

  test('stops when its process is killed', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', `
      const { startMongo } = await import(${source})
      console.log((await startMongo('sample')).url)`], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = await once(child.stdout, 'data') as [Buffer]
    const url = String(line).trim()
    assert.equal(await accepts(url), true)
    child.kill('SIGKILL')
    const deadline = Date.now() + 10_000
    while (await accepts(url)) assert.ok(Date.now() < deadline, 'the server outlived its process')
  })
})
