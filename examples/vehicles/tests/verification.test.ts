import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { join } from 'node:path'
import { Client } from 'pg'
import { loadConfig } from '../../../packages/cutover/src/config/load.ts'
import { openSides, type OpenSides } from '../../../packages/cutover/src/parity/trial/open-sides.ts'
import type { Side } from '../../../packages/cutover/src/parity/trial/side.ts'
import type { StateClone, StateSource } from '../../../packages/cutover/src/state/state.ts'

/** Copies by template, as much of a state as these tests need. */
async function openCopies (url: string): Promise<StateSource> {
  const admin = new Client({ connectionString: url.replace(/\/\w+$/, '/postgres') })
  await admin.connect()
  const source = new URL(url).pathname.slice(1)
  let last: Promise<unknown> = Promise.resolve()
  const unused = () => Promise.reject(new Error('not asked for here'))
  return {
    kind: 'postgres',
    async clone (name): Promise<StateClone> {
      await (last = last.then(() => admin.query(`create database "copy_${name}" template "${source}"`)))
      return { name, url: url.replace(/\/\w+$/, `/copy_${name}`), reset: unused, dump: unused, stop: unused, start: unused }
    },
    close: () => admin.end()
  }
}

const vehicle = { vin: '1M8GDM9AXKP042788' }

describe('the faces, each in a process and on a copy of the database of its own', () => {
  let sides: OpenSides
  const all = (): readonly Side[] => [sides.legacy, sides.twin!, sides.candidate]
  const ask = async (side: Side, path: string, init: RequestInit = {}): Promise<Response> =>
    await fetch(new URL(path, side.origin()), { ...init, headers: { 'content-type': 'application/json', ...init.headers } })
  const signIn = async (side: Side): Promise<string> => {
    const response = await ask(side, '/api/auth/login', { method: 'POST', body: JSON.stringify({ email: 'ada@example.com', password: 'analytical engine' }) })
    return (await response.json() as { token: string }).token
  }
  const vins = async (side: Side, token: string): Promise<number> => {
    const response = await ask(side, '/api/vehicles', { headers: { authorization: `Bearer ${token}` } })
    return (await response.json() as { vehicles: readonly unknown[] }).vehicles.length
  }

  before(async () => {
    const settings = await loadConfig({ cwd: join(import.meta.dirname, '..'), env: {} })
    sides = await openSides(settings, { log () {}, openState: openCopies })
  })
  after(async () => { await sides?.close() })

  test('they answer, each from its own process', async () => {
    assert.deepEqual(await Promise.all(all().map(async side => (await ask(side, '/api/vehicles/health')).status)), [200, 200, 200])
    assert.equal(new Set(all().map(side => side.origin().port)).size, 3)
    assert.deepEqual(sides.notes, [])
  })

  test('what is written through one is not seen by the others', async () => {
    const tokens = await Promise.all(all().map(signIn))
    const before = await Promise.all(all().map(async (side, index) => await vins(side, tokens[index]!)))
    const added = await ask(sides.candidate, '/api/vehicles', { method: 'POST', headers: { authorization: `Bearer ${tokens[2]}` }, body: JSON.stringify(vehicle) })
    assert.equal(added.status, 201)
    assert.equal((await added.json() as { make: string }).make, 'MCI', 'the stand-in decodes')
    const after = await Promise.all(all().map(async (side, index) => await vins(side, tokens[index]!)))
    assert.deepEqual(after, [before[0], before[1], before[2]! + 1])
  })

  test('a token of one is good on another: they share their secret', async () => {
    assert.equal(await vins(sides.candidate, await signIn(sides.legacy)) > 0, true)
  })
})
