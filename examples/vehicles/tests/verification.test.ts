import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { join } from 'node:path'
import { loadConfig } from '../../../packages/cutover/src/config/load.ts'
import { openSides, type OpenSides } from '../../../packages/cutover/src/parity/trial/open-sides.ts'
import type { Side } from '../../../packages/cutover/src/parity/trial/side.ts'

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
    sides = await openSides(settings, { log () {} })
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

  test('a reset takes back what was written, and the face that still runs sees it', async () => {
    const token = await signIn(sides.candidate)
    const [, , after] = await Promise.all(all().map(async side => await vins(side, token)))
    await Promise.all(all().map(side => side.state!.reset()))
    const deadline = performance.now() + 5_000
    let now = after!
    // Its cache hears of the reset through the database.
    while (now !== after! - 1 && performance.now() < deadline) now = await vins(sides.candidate, token)
    assert.equal(now, after! - 1)
  })

  test('a token of one is good on another: they share their secret', async () => {
    assert.equal(await vins(sides.candidate, await signIn(sides.legacy)) > 0, true)
  })
})
