import { randomUUID } from 'node:crypto'
import type { RowOrigin, StateDump, TableDump } from '../../../src/state/state.ts'

const start = Date.parse('2026-03-04T12:00:00Z')
/** A moment as PostgreSQL writes it. */
export const timeOf = (ms: number) => new Date(start + ms).toISOString().replace('T', ' ').replace('Z', '457+00')

export type Row = Record<string, string | null>
export const ada = 'a0a0a0a0-0000-4000-8000-00000000000a'
export const grace = 'b0b0b0b0-0000-4000-8000-00000000000b'

/** What a backend wrote: its own clock, its own keys. */
export class Backend {
  readonly accounts: Row[] = [{ id: ada, email: 'ada@x', hash: 'old-a', created_at: timeOf(-100_000) }, { id: grace, email: 'grace@x', hash: 'old-g', created_at: timeOf(-90_000) }]
  readonly vehicles: Row[] = [this.seeded('V0', ada), this.seeded('V1', grace)]
  readonly services: Row[] = []
  readonly log: Row[] = []
  readonly origins = new Map<Row, RowOrigin>()
  readonly source = new Map<Row, Row>()
  clock: number

  constructor (clock: number) {
    this.clock = clock
    for (const row of [...this.accounts, ...this.vehicles]) {
      this.origins.set(row, 'kept')
      this.source.set(row, { ...row })
    }
  }

  seeded (vin: string, owner: string): Row {
    return { id: `c0c0c0c0-0000-4000-8000-0000000000${vin.toLowerCase().replace('v', '0')}`, account_id: owner, vin, price: '10.00', note: null, created_at: timeOf(-50_000), updated_at: timeOf(-50_000) }
  }

  now (): string {
    this.clock += 7
    return timeOf(this.clock)
  }

  vehicle (vin: string, owner: string = ada, more: Row = {}): Row {
    const at = this.now()
    const row = { id: randomUUID(), account_id: owner, vin, price: '19.99', note: '', created_at: at, updated_at: at, ...more }
    this.vehicles.push(row)
    return row
  }

  service (vehicle: Row, what: string, id = String(this.services.length + 1)): Row {
    const row = { id, vehicle_id: vehicle.id!, what, token: randomUUID().replaceAll('-', '') }
    this.services.push(row)
    return row
  }

  dump (origins = true): StateDump {
    const types: Record<string, string> = { id: 'uuid', account_id: 'uuid', vehicle_id: 'uuid', price: 'numeric(10,2)', created_at: 'timestamp with time zone', updated_at: 'timestamp with time zone', at: 'timestamp with time zone', data: 'jsonb', service_id: 'integer' }
    const references: Record<string, string> = { account_id: 'accounts.id', vehicle_id: 'vehicles.id', service_id: 'services.id' }
    const table = (name: string, key: string[], names: string[], rows: Row[]): TableDump => {
      const sorted = rows.toSorted((a, b) => JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)
      return {
        name,
        key,
        columns: names.map(column => ({ name: column, type: column === 'id' && name === 'services' ? 'integer' : types[column] ?? 'text', ...(references[column] && { references: references[column] }), ...(column === 'id' && name === 'services' && { serial: true as const }) })),
        rows: sorted.map(row => names.map(column => row[column] ?? null)),
        ...(origins && {
          origins: sorted.map(row => this.origins.get(row) ?? 'new'),
          changes: sorted.map(row => this.origins.get(row) === 'changed' ? names.map(column => row[column] !== this.source.get(row)![column]) : undefined)
        })
      }
    }
    return {
      tables: [
        table('accounts', ['id'], ['id', 'email', 'hash', 'created_at'], this.accounts),
        table('log', [], ['at', 'text', 'vehicle_id', 'service_id', 'data'], this.log),
        table('services', ['id'], ['id', 'vehicle_id', 'what', 'token'], this.services),
        table('vehicles', ['id'], ['id', 'account_id', 'vin', 'price', 'note', 'created_at', 'updated_at'], this.vehicles)
      ]
    }
  }
}
