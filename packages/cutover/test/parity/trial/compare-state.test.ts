import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, it } from 'node:test'
import { Aliases } from '../../../src/parity/alias.ts'
import { compareStates, learnStateNoise } from '../../../src/parity/trial/compare-state.ts'
import type { CompareStatesOptions } from '../../../src/parity/trial/compare-state.ts'
import type { StateDump } from '../../../src/state/state.ts'
import { ada, Backend, grace, timeOf, type Row } from './written-state.ts'

type Act = (backend: Backend) => void

/** Legacy, its twin and the candidate do the same, then the candidate is spoilt. */
function compare (act: Act, fault: Act = () => {}, options: CompareStatesOptions & { origins?: boolean } = {}) {
  const [legacy, twin, candidate] = [new Backend(0), new Backend(40), new Backend(90)]
  for (const each of [legacy, twin, candidate]) act(each)
  fault(candidate)
  const dump = (backend: Backend) => backend.dump(options.origins ?? true)
  const noise = learnStateNoise({}, dump(legacy), dump(twin))
  return compareStates(dump(legacy), dump(candidate), { noise, ...options })
}

const found = (act: Act, fault: Act, options: CompareStatesOptions = {}) =>
  compare(act, fault, options).differences.map(({ kind, pattern }) => `${kind} ${pattern}`)

const change = (backend: Backend, row: Row, values: Row) => {
  backend.origins.set(row, 'changed')
  Object.assign(row, values)
}

const session: Act = backend => {
  const one = backend.vehicle('V2')
  backend.service(one, 'oil')
  backend.service(one, 'tyres')
  backend.vehicle('V3', grace)
  change(backend, backend.vehicles[0]!, { note: 'sold', updated_at: backend.now() })
  backend.log.push({ at: backend.now(), text: `added ${one.id}`, vehicle_id: one.id!, service_id: '2', data: JSON.stringify({ id: one.id, n: 1 }) })
}

describe('states that say the same', () => {
  for (const origins of [true, false]) {
    const name = origins ? '' : ', where the origin of rows is not known'

    it(`finds nothing in keys, tokens and times that each side made up${name}`, () => {
      const { differences, leftOut } = compare(session, undefined, { origins })
      assert.deepEqual(differences, [])
      assert.equal(leftOut.find(({ because }) => because === 'alias')?.count, 9)
      assert.ok(leftOut.some(({ because, reason, pattern }) => because === 'noise' && reason === 'timestamp' && pattern === '/vehicles/*/created_at'))
    })

    it(`finds nothing in rows that were written in another order${name}`, () => {
      let turn = 0
      const { differences } = compare(backend => {
        const [a, b] = [backend.vehicle('V5'), backend.vehicle('V6')]
        const both = [() => backend.service(a, 'oil'), () => backend.service(b, 'tyres')]
        // Serial numbers follow the order, keys do not.
        for (const write of ++turn === 3 ? both.reverse() : both) write()
        for (const row of backend.services) backend.log.push({ at: backend.now(), text: `booked ${row.what}`, vehicle_id: row.vehicle_id!, service_id: row.id!, data: null })
      }, undefined, { origins })
      assert.deepEqual(differences, [])
    })

    it(`finds nothing in new rows that are alike, with other rows below them${name}`, () => {
      const { differences } = compare(backend => {
        const rows = Array.from({ length: 6 }, () => backend.vehicle('same'))
        const order = rows.toSorted((a, b) => a.id! < b.id! ? -1 : 1)
        order.forEach((row, index) => {
          backend.service(row, `service ${index % 3}`)
          backend.service(row, 'oil')
        })
      }, undefined, { origins })
      assert.deepEqual(differences, [])
    })

    it(`finds nothing in rows that were deleted on both sides${name}`, () => {
      assert.deepEqual(compare(backend => { backend.vehicles.shift() }, undefined, { origins }).differences, [])
    })
  }

  it('finds nothing in serial numbers with other gaps, and says so', () => {
    const { differences, leftOut } = compare(session, backend => {
      for (const row of backend.services) row.id = String(Number(row.id) + 10)
      for (const row of backend.log) row.service_id = '12'
    })
    assert.deepEqual(differences, [])
    assert.equal(leftOut.find(({ because }) => because === 'alias')?.count, 12)
  })

  it('finds nothing in hashes of the same password with other salt', () => {
    const { differences } = compare(backend => change(backend, backend.accounts[0]!, { hash: argon('m=65536,t=3,p=4') }))
    assert.deepEqual(differences, [])
  })

  it('uses what the answers bound, and leaves it as it was', () => {
    const [legacy, candidate] = [new Backend(0), new Backend(0)]
    const one = legacy.vehicle('V9')
    const other = candidate.vehicle('V9')
    const aliases = new Aliases()
    aliases.bind({ scope: '', legacy: one.id!, candidate: other.id! })
    assert.deepEqual(compareStates(legacy.dump(), candidate.dump(), { aliases }).differences, [])
    assert.equal(aliases.all.length, 1)
  })
})

describe('faults in what is stored', () => {
  const faults: Array<[string, Act, Act, string[]]> = [
    ['a missing write', session, backend => { backend.vehicles.pop() }, ['missing /vehicles/*']],
    ['a missing write below another row', session, backend => { backend.services.pop() }, ['missing /services/*']],
    ['a double write', session, backend => { backend.vehicle('V3', grace) }, ['extra /vehicles/*']],
    ['a double write below another row', session, backend => { backend.service(backend.vehicles[2]!, 'oil') }, ['extra /services/*']],
    ['a wrong column', session, backend => { backend.vehicles[2]!.vin = 'V7' }, ['value /vehicles/*/vin']],
    ['rounding', session, backend => { backend.vehicles[2]!.price = '20.00' }, ['value /vehicles/*/price']],
    ['an empty text for null', session, backend => { backend.vehicles[1]!.note = '' }, ['type /vehicles/*/note']],
    ['null for an empty text', session, backend => { backend.vehicles[2]!.note = null }, ['type /vehicles/*/note']],
    ['the wrong owner among those there were', session, backend => { backend.vehicles[3]!.account_id = ada }, ['value /vehicles/*/account_id']],
    ['the wrong parent among new rows', session, backend => { backend.services[0]!.vehicle_id = backend.vehicles[3]!.id! }, ['value /services/*/vehicle_id']],
    ['the wrong parent, by a serial number', session, backend => { backend.log[0]!.service_id = '1' }, ['value /log/*/service_id']],
    ['a time zone', session, backend => { backend.vehicles[2]!.created_at = timeOf(3_600_000 + backend.clock) }, ['value /vehicles/*/created_at']],
    ['half an hour', session, backend => { backend.vehicles[2]!.created_at = timeOf(-1_800_000) }, ['value /vehicles/*/created_at']],
    ['a time that is not brought up to date', session, backend => { backend.vehicles[0]!.updated_at = timeOf(-50_000) }, ['value /vehicles/*/updated_at']],
    ['a time that should have stayed', session, backend => { backend.vehicles[0]!.created_at = backend.now() }, ['value /vehicles/*/created_at']],
    ['whole seconds for microseconds', session, backend => { backend.vehicles[0]!.updated_at = whole(backend.vehicles[0]!.updated_at!) }, ['format /vehicles/*/updated_at']],
    ['milliseconds for microseconds, in more than one row', session, backend => { for (const row of backend.vehicles.slice(2)) row.created_at = row.created_at!.replace('457+', '+') }, ['format /vehicles/*/created_at']],
    ['an update that is not made', session, backend => { Object.assign(backend.vehicles[0]!, { note: null, updated_at: timeOf(-50_000) }); backend.origins.set(backend.vehicles[0]!, 'kept') }, ['type /vehicles/*/note', 'value /vehicles/*/updated_at']],
    ['a time only that is not written', backend => { session(backend); change(backend, backend.vehicles[1]!, { updated_at: backend.now() }) }, backend => { backend.vehicles[1]!.updated_at = timeOf(-50_000); backend.origins.set(backend.vehicles[1]!, 'kept') }, ['value /vehicles/*/updated_at']],
    ['a row that is deleted though it should not be', session, backend => { backend.vehicles.splice(1, 1) }, ['missing /vehicles/*']],
    ['a row that is not deleted', backend => { backend.vehicles.shift() }, backend => { backend.vehicles.push(new Backend(0).vehicles[0]!) }, ['extra /vehicles/*']],
    ['a text that names another row', session, backend => { backend.log[0]!.text = `added ${backend.vehicles[3]!.id}` }, ['value /log/*/text']],
    ['a value within JSON', session, backend => { backend.log[0]!.data = JSON.stringify({ id: backend.log[0]!.vehicle_id, n: 2 }) }, ['value /log/*/data/n']],
    ['weaker parameters of a hash', backend => change(backend, backend.accounts[0]!, { hash: argon('m=65536,t=3,p=4') }), backend => { backend.accounts[0]!.hash = argon('m=4096,t=3,p=4') }, ['value /accounts/*/hash']],
    ['a password in plain', backend => change(backend, backend.accounts[0]!, { hash: argon('m=65536,t=3,p=4') }), backend => { backend.accounts[0]!.hash = 'secret' }, ['value /accounts/*/hash']],
    ['a shorter token', session, backend => { backend.services[0]!.token = backend.services[0]!.token!.slice(0, 16) }, ['value /services/*/token']],
    ['a number spelt otherwise', session, backend => { backend.vehicles[2]!.price = '19.990' }, ['format /vehicles/*/price']]
  ]
  for (const [name, act, fault, expected] of faults) {
    it(`finds ${name}`, () => assert.deepEqual(found(act, fault), expected))
  }

  it('finds keys that the client gives when the candidate makes its own', () => {
    const id = randomUUID()
    assert.deepEqual(found(backend => { backend.vehicle('V2', ada, { id }) }, backend => { backend.vehicles[2]!.id = randomUUID() }), ['value /vehicles/*/id'])
  })

  it('lets a moment be whole by chance', () => {
    assert.deepEqual(found(backend => { backend.vehicle('V2') }, backend => { backend.vehicles[2]!.created_at = backend.vehicles[2]!.created_at!.replace('457+', '+') }), [])
  })

  it('does not take for noise what only one of legacy and its twin wrote', () => {
    let turn = 0
    const act: Act = backend => change(backend, backend.vehicles[0]!, turn++ === 1 ? { note: 'sold' } : { note: 'sold', updated_at: backend.now() })
    assert.deepEqual(found(act, () => {}), ['value /vehicles/*/updated_at'])
  })

  it('says where, with both values', () => {
    const { differences: [difference] } = compare(session, backend => { backend.vehicles[2]!.vin = 'V7' })
    assert.match(difference!.pointer, /^\/vehicles\/\d\/vin$/)
    assert.deepEqual([difference!.legacy?.text, difference!.candidate?.text], ['V2', 'V7'])
  })

  it('finds a table that one side lacks', () => {
    const { tables } = new Backend(0).dump()
    const { differences } = compareStates({ tables }, { tables: tables.slice(1) })
    assert.deepEqual(differences.map(({ kind, pointer }) => `${kind} ${pointer}`), ['missing /accounts'])
  })

  it('leaves nothing out that legacy and its twin agree on', () => {
    const now = timeOf(5)
    assert.deepEqual(found(backend => { backend.vehicle('V2', ada, { created_at: now, updated_at: now }) }, backend => { backend.vehicles[2]!.created_at = timeOf(9) }), ['value /vehicles/*/created_at'])
  })
})

describe('rules of states', () => {
  it('ignore and tolerate by /state/TABLE', () => {
    const fault: Act = backend => Object.assign(backend.vehicles[2]!, { vin: 'V7', price: '20.00' })
    assert.equal(found(session, fault).length, 2)
    const rules = { ignore: [{ path: '/state/vehicles/*/vin', reason: 'agreed' }], tolerance: [{ path: '/state/vehicles/*/price', absolute: 0.02, reason: 'rounds' }] }
    const { differences, leftOut } = compare(session, fault, { rules })
    assert.deepEqual(differences, [])
    assert.deepEqual(leftOut.filter(({ because }) => because === 'rule').map(({ reason }) => reason).sort(), ['agreed', 'rounds'])
  })

  it('of answers do not apply', () => {
    assert.deepEqual(found(session, backend => { backend.vehicles[2]!.vin = 'V7' }, { rules: { ignore: [{ path: '/body/**', reason: 'an answer' }] } }), ['value /vehicles/*/vin'])
  })
})

describe('large states', () => {
  const many = (backend: Backend) => { for (let n = 0; n < 10_000; n++) backend.vehicle(`V${n % 2000}`, n % 2 === 0 ? ada : grace) }

  it('takes 10 000 new rows a table in bounded time, alike or not', { timeout: 120_000 }, () => {
    const { total } = compare(many, backend => { backend.vehicles[5000]!.vin = 'other' })
    assert.equal(total, 1)
  })

  it('says when more rows there are than were dumped, and lets those go that nobody wrote to', () => {
    const cut = (backend: Backend, total: number): StateDump => ({ tables: backend.dump().tables.map(table => table.name === 'vehicles' ? { ...table, rows: table.rows.slice(0, 2), origins: table.origins!.slice(0, 2), truncated: total } : table) })
    const candidate = new Backend(0)
    candidate.vehicles[0]!.id = 'c1c0c0c0-0000-4000-8000-000000000000'
    candidate.vehicles[0]!.vin = 'another'
    candidate.vehicles[0]!.account_id = grace
    assert.deepEqual(compareStates(cut(new Backend(0), 50), cut(candidate, 51)).differences.map(({ kind, pointer }) => `${kind} ${pointer}`), ['length /vehicles'])
  })
})

/** A moment cut to its second, as PostgreSQL writes it. */
function whole (moment: string): string {
  return moment.replace(/\.\d+/, '')
}

function argon (parameters: string): string {
  const random = (length: number) => Array.from({ length }, () => randomUUID()[0]).join('')
  return `$argon2id$v=19$${parameters}$${random(22)}$${random(43)}`
}
