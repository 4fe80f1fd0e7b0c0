import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { once } from 'node:events'
import { test } from 'node:test'
import { findRedis, startRedis } from '../redis.ts'
import { accepts } from './accepts.ts'

const program = findRedis()
const skip = program !== undefined || process.env.CUTOVER_CI === '1' ? false : 'the Debian package redis-server is not installed'

test('a Redis server answers, and is gone once it was stopped', { skip }, async () => {
  const redis = await startRedis(program!)
  const port = Number(new URL(redis.url).port)
  assert.match(redis.version, /^\d+\.\d+/)
  const socket = connect(port, '127.0.0.1')
  socket.write('PING\r\n')
  assert.equal(String((await once(socket, 'data'))[0]), '+PONG\r\n')
  socket.destroy()
  await redis.stop()
  assert.equal(await accepts(redis.url), false)
})
