import { randomUUID } from 'node:crypto'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { createAccounts, hashPassword } from '../domain/accounts.ts'
import { createTokens, type Tokens } from '../domain/tokens.ts'
import { createVehicles, type Decoding, type VehicleStore } from '../domain/vehicles.ts'
import type { Services } from '../services.ts'
import type { Vehicle, VehicleDetails, VehicleDraft } from '../types/vehicle.ts'

/** A store in memory. */
export function memoryStore (): VehicleStore {
  const rows = new Map<string, { ownerId: string, vehicle: Vehicle }>()
  const own = (ownerId: string) => [...rows.values()].filter(row => row.ownerId === ownerId).map(row => row.vehicle)
  return {
    list: async ownerId => own(ownerId),
    find: async (ownerId, id) => own(ownerId).find(vehicle => vehicle.id === id),
    async insert (ownerId, draft) {
      if (own(ownerId).some(({ vin }) => vin === draft.vin)) return undefined
      const now = new Date().toISOString()
      const vehicle = { id: randomUUID(), vin: draft.vin, ...detailsOf(draft), createdAt: now, updatedAt: now }
      rows.set(vehicle.id, { ownerId, vehicle })
      return vehicle
    },
    async update (ownerId, id, details) {
      const before = own(ownerId).find(vehicle => vehicle.id === id)
      if (before === undefined) return undefined
      const vehicle = { ...before, ...details } as Vehicle
      rows.set(id, { ownerId, vehicle })
      return vehicle
    },
    async remove (ownerId, id) {
      return own(ownerId).some(vehicle => vehicle.id === id) && rows.delete(id)
    }
  }
}

function detailsOf ({ make, model, year, nickname, color, licensePlate, odometer }: VehicleDraft): Required<{ [Field in keyof VehicleDetails]: Exclude<VehicleDetails[Field], undefined> }> {
  return { make: make ?? null, model: model ?? null, year: year ?? null, nickname: nickname ?? null, color: color ?? null, licensePlate: licensePlate ?? null, odometer: odometer ?? null }
}

export interface FakeServices extends Services {
  readonly tokens: Tokens
  /** What was logged, parsed. */
  readonly lines: Record<string, unknown>[]
}

/** Services with no database and no network; ada@example.com signs in with "right". */
export function fakeServices (overrides: Partial<Services> = {}, decode: (vin: string) => Promise<Decoding> = async () => ({ kind: 'unavailable' })): FakeServices {
  const lines: Record<string, unknown>[] = []
  const log = pino({ level: 'info' }, new Writable({
    write (chunk, _encoding, done) {
      for (const line of String(chunk).trim().split('\n')) lines.push(JSON.parse(line) as Record<string, unknown>)
      done()
    }
  }))
  const tokens = createTokens('a secret for tests, with 32 characters')
  const passwordHash = hashPassword('right')
  return {
    log,
    lines,
    corsOrigins: ['http://localhost:5173'],
    tokens,
    accounts: createAccounts({
      tokens,
      store: { findByEmail: async email => email === 'ada@example.com' ? { id: 'ada', email, passwordHash: await passwordHash } : undefined }
    }),
    vehicles: createVehicles({ store: memoryStore(), decoder: { decode }, thisYear: () => 2026 }),
    liveness: () => ({ status: 'ok', service: 'vehicles' }),
    readiness: async () => ({ status: 'ok', feature: 'vehicles', database: 'up' }),
    ...overrides
  }
}
