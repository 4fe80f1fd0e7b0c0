import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { compareStates, learnStateNoise } from '../../../src/parity/trial/compare-state.ts'
import { ada, Backend, grace, type Row } from './written-state.ts'

type Operation = { readonly kind: 'vehicle' | 'service' | 'log' | 'delete' | 'touch', readonly pick: number, readonly text: string }

const operation: fc.Arbitrary<Operation> = fc.record({
  kind: fc.constantFrom('vehicle', 'vehicle', 'service', 'service', 'log', 'delete', 'touch'),
  pick: fc.nat(1000),
  text: fc.constantFrom('a', 'b', 'c')
})
const operations = fc.array(operation, { maxLength: 25 })

/** Does what is told; serial numbers come from the numbers given, as if others wrote in between. */
function run (list: readonly Operation[], clock: number, serials: readonly number[]): Backend {
  const backend = new Backend(clock)
  const at = (rows: readonly Row[], pick: number) => rows[pick % rows.length]
  let next = 0
  for (const { kind, pick, text } of list) {
    const vehicle = at(backend.vehicles, pick)
    const service = at(backend.services, pick)
    if (kind === 'vehicle') backend.vehicle(text, pick % 2 === 0 ? ada : grace)
    else if (kind === 'service' && vehicle !== undefined) backend.service(vehicle, text, String(serials[next++]))
    else if (kind === 'log' && service !== undefined) backend.log.push({ at: backend.now(), text: `booked ${service.vehicle_id}`, vehicle_id: service.vehicle_id!, service_id: service.id!, data: JSON.stringify({ what: text, id: service.vehicle_id }) })
    else if (kind === 'delete' && vehicle !== undefined && !backend.services.some(each => each.vehicle_id === vehicle.id)) backend.vehicles.splice(backend.vehicles.indexOf(vehicle), 1)
    else if (kind === 'touch' && vehicle !== undefined) {
      if (backend.origins.get(vehicle) === 'kept') backend.origins.set(vehicle, 'changed')
      Object.assign(vehicle, { note: text, updated_at: backend.now() })
    }
  }
  return backend
}

const inOrder = Array.from({ length: 30 }, (_, index) => index + 1)
const serials = fc.shuffledSubarray(inOrder, { minLength: 30 })

function compare (legacy: Backend, twin: Backend, candidate: Backend, origins: boolean) {
  const noise = learnStateNoise({}, legacy.dump(origins), twin.dump(origins))
  return compareStates(legacy.dump(origins), candidate.dump(origins), { noise })
}

describe('laws of comparing states', () => {
  it('what was written alike has no difference, whatever keys, numbers and times there are', () => {
    fc.assert(fc.property(operations, serials, serials, (list, theirs, twins) => {
      const { differences } = compare(run(list, 0, inOrder), run(list, 30, twins), run(list, 200, theirs), true)
      assert.deepEqual(differences, [])
    }), { numRuns: 2000 })
  })

  it('nor has it where the origin of rows is not known', () => {
    fc.assert(fc.property(operations, list => {
      assert.deepEqual(compare(run(list, 0, inOrder), run(list, 30, inOrder), run(list, 200, inOrder), false).differences, [])
    }), { numRuns: 2000 })
  })

  it('one text that is another, one row too many or too few is found, and not much besides', () => {
    const faults = ['text', 'owner', 'missing', 'double'] as const
    fc.assert(fc.property(operations, serials, fc.constantFrom(...faults), fc.nat(1000), (list, theirs, fault, pick) => {
      const candidate = run([...list, { kind: 'vehicle', pick: 0, text: 'a' }], 200, theirs)
      const rows = candidate.vehicles
      const row = rows[pick % rows.length]!
      if (candidate.origins.get(row) === 'kept') candidate.origins.set(row, 'changed')
      if (fault === 'text') row.vin = 'other'
      if (fault === 'owner') row.account_id = row.account_id === ada ? grace : ada
      if (fault === 'missing') rows.splice(rows.indexOf(row), 1)
      if (fault === 'double') candidate.vehicle(row.vin!, row.account_id!)
      const legacy = run([...list, { kind: 'vehicle', pick: 0, text: 'a' }], 0, inOrder)
      const twin = run([...list, { kind: 'vehicle', pick: 0, text: 'a' }], 30, inOrder)
      const { differences } = compare(legacy, twin, candidate, true)
      // A row in the place of another may be one missing and one extra.
      assert.ok(differences.length === 1 || differences.length === 2, JSON.stringify(differences))
    }), { numRuns: 200 })
  })
})
