import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { databaseName, leftovers, readName } from '../../src/state/database-name.ts'
import { reasonOf } from '../../src/state/reason.ts'
import { loadConnect, urlOf } from '../../src/state/postgres/connect.ts'

const run = { host: 'abc123', pid: 4711, startedAt: Date.UTC(2026, 0, 2), nonce: '0123abcd' }
const day = 24 * 60 * 60 * 1000

describe('names of databases', () => {
  it('say whose they are', () => {
    const name = databaseName(run, '1-legacy')
    assert.match(name, /^cutover_abc123_4711_[0-9a-z]+_0123abcd_1-legacy$/)
    assert.deepEqual(readName(name), { ...run, database: name })
  })

  it('are no longer than PostgreSQL takes, and have no odd characters', () => {
    const name = databaseName({ ...run, pid: 4_194_304 }, `1-${'x"; drop'.repeat(20)}`)
    assert.ok(name.length <= 63)
    assert.ok(readName(name) !== undefined)
    assert.doesNotMatch(name, /["; ]/)
  })

  it('are read only when cutover made them', () => {
    for (const name of ['cutover', 'cutover_prod', 'cutover_abc123_x_1_0123abcd_a', 'my_cutover_abc123_1_1_0123abcd_a']) assert.equal(readName(name), undefined)
  })

  const one = databaseName(run, 'template')
  const two = databaseName(run, '1-legacy')
  const left = (connections: readonly [number, number], host: string, now: number, alive: boolean) =>
    leftovers(new Map([[one, connections[0]], [two, connections[1]]]), host, now, () => alive)

  it('are left over when their process is dead', () => assert.deepEqual(left([0, 0], 'abc123', run.startedAt, false), [one, two]))
  it('are in use while their process lives', () => assert.deepEqual(left([0, 0], 'abc123', run.startedAt + 1000, true), []))
  it('are in use while anybody is connected to one of their run', () => assert.deepEqual(left([0, 1], 'abc123', run.startedAt + 2 * day, false), []))
  it('of another host are left over after a day', () => {
    assert.deepEqual(left([0, 0], 'ffffff', run.startedAt + day / 2, false), [])
    assert.deepEqual(left([0, 0], 'ffffff', run.startedAt + day + 1, false), [one, two])
  })
})

describe('connections', () => {
  it('need the package pg', async () => {
    await assert.rejects(loadConnect(import.meta.dirname, 'pg-is-not-here'), { code: 'CUT_PACKAGE_MISSING', message: /npm install pg-is-not-here/ })
  })

  it('keep the parameters of a URL for another database', () => {
    assert.equal(urlOf('postgres://u:p%40@h:1/shop?sslmode=require', 'a b'), 'postgres://u:p%40@h:1/a%20b?sslmode=require')
  })

  it('say what went wrong without a password', () => {
    assert.equal(reasonOf(new Error('cannot use postgres://ada:secret@h/x.')), 'cannot use postgres://ada:***@h/x')
    assert.equal(reasonOf(new AggregateError([new Error('a'), new Error('b')])), 'a; b')
  })
})
