import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createVehicles, type Decoding } from '../../domain/vehicles.ts'
import { memoryStore } from '../fake-services.ts'

const vin = '1HGCM82633A004352'
const honda = { vin, make: 'HONDA', model: 'Accord', year: 2003, trim: null, bodyClass: null, fuelType: null, manufacturer: null, plantCountry: null }

function capsule (decoding: Decoding) {
  const asked: string[] = []
  const vehicles = createVehicles({
    store: memoryStore(),
    decoder: { decode: async vin => { asked.push(vin); return decoding } },
    thisYear: () => 2026
  })
  return { vehicles, asked }
}

describe('adding a vehicle', () => {
  test('fills in what the client left out, and only that', async () => {
    const { vehicles } = capsule({ kind: 'decoded', vehicle: honda })
    const added = await vehicles.add('ada', { vin: vin.toLowerCase(), model: 'My Accord' })
    assert.equal(added.ok, true)
    assert.deepEqual(added.ok && [added.value.vin, added.value.make, added.value.model, added.value.year], [vin, 'HONDA', 'My Accord', 2003])
  })

  test('works undecoded while the decoder is down, and for an unknown VIN', async () => {
    for (const kind of ['unavailable', 'unknown'] as const) {
      const added = await capsule({ kind }).vehicles.add('ada', { vin })
      assert.deepEqual(added.ok && [added.value.make, added.value.model, added.value.year], [null, null, null], kind)
    }
  })

  test('does not ask the decoder when nothing is left out', async () => {
    const { vehicles, asked } = capsule({ kind: 'unavailable' })
    await vehicles.add('ada', { vin, make: 'Honda', model: 'Accord', year: 2003 })
    assert.deepEqual(asked, [])
  })

  test('is refused for the second of one VIN, but not to another owner', async () => {
    const { vehicles } = capsule({ kind: 'unknown' })
    await vehicles.add('ada', { vin })
    const again = await vehicles.add('ada', { vin })
    assert.equal(!again.ok && again.failure.code, 'VEHICLE_EXISTS')
    assert.equal((await vehicles.add('grace', { vin })).ok, true)
  })

  test('takes next year\'s models and none after', async () => {
    const { vehicles } = capsule({ kind: 'unknown' })
    const late = await vehicles.add('ada', { vin, year: 2028 })
    assert.equal(!late.ok && late.failure.code, 'MODEL_YEAR_IN_FUTURE')
    assert.equal((await vehicles.add('ada', { vin, year: 2027 })).ok, true)
  })
})

test('another owner\'s vehicle does not exist', async () => {
  const { vehicles } = capsule({ kind: 'unknown' })
  const added = await vehicles.add('ada', { vin })
  assert.ok(added.ok)
  const { id } = added.value
  for (const answer of [await vehicles.get('grace', id), await vehicles.change('grace', id, { nickname: 'mine' }), await vehicles.remove('grace', id)]) {
    assert.equal(!answer.ok && answer.failure.kind, 'missing')
  }
  assert.deepEqual(await vehicles.list('ada'), [added.value])
})
