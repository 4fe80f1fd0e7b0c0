import type { Pool } from 'pg'
import type { VehicleStore } from '../domain/vehicles.ts'
import type { Vehicle, VehicleDetails } from '../types/vehicle.ts'

interface Row {
  id: string
  vin: string
  make: string | null
  model: string | null
  year: number | null
  nickname: string | null
  color: string | null
  license_plate: string | null
  odometer: number | null
  created_at: Date
  updated_at: Date
}

const columns = 'id, vin, make, model, year, nickname, color, license_plate, odometer, created_at, updated_at'

// The only names that reach an UPDATE's text.
const columnOf: Readonly<Record<keyof VehicleDetails, string>> = {
  make: 'make',
  model: 'model',
  year: 'year',
  nickname: 'nickname',
  color: 'color',
  licensePlate: 'license_plate',
  odometer: 'odometer'
}

/** Vehicles in PostgreSQL. Deleting marks a row; marked rows are never read again. */
export function createVehicleRepository (pool: Pool): VehicleStore {
  return {
    async list (ownerId) {
      const { rows } = await pool.query<Row>({
        name: 'vehicles-of-owner',
        text: `select ${columns} from vehicles where account_id = $1 and deleted_at is null order by created_at, id`,
        values: [ownerId]
      })
      return rows.map(toVehicle)
    },

    async find (ownerId, id) {
      const { rows: [row] } = await pool.query<Row>({
        name: 'vehicle-of-owner',
        text: `select ${columns} from vehicles where account_id = $1 and id = $2 and deleted_at is null`,
        values: [ownerId, id]
      })
      return row && toVehicle(row)
    },

    async insert (ownerId, draft) {
      const { rows: [row] } = await pool.query<Row>({
        name: 'add-vehicle',
        text: `insert into vehicles (account_id, vin, make, model, year, nickname, color, license_plate, odometer)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
               on conflict (account_id, vin) where deleted_at is null do nothing
               returning ${columns}`,
        values: [ownerId, draft.vin, draft.make, draft.model, draft.year, draft.nickname, draft.color, draft.licensePlate, draft.odometer]
      })
      return row && toVehicle(row)
    },

    async update (ownerId, id, details) {
      const given = (Object.keys(columnOf) as (keyof VehicleDetails)[]).filter(field => details[field] !== undefined)
      const assignments = given.map((field, index) => `${columnOf[field]} = $${index + 3}, `).join('')
      const { rows: [row] } = await pool.query<Row>(
        `update vehicles set ${assignments}updated_at = clock_timestamp()
         where account_id = $1 and id = $2 and deleted_at is null returning ${columns}`,
        [ownerId, id, ...given.map(field => details[field])]
      )
      return row && toVehicle(row)
    },

    async remove (ownerId, id) {
      const { rowCount } = await pool.query({
        name: 'remove-vehicle',
        text: 'update vehicles set deleted_at = clock_timestamp() where account_id = $1 and id = $2 and deleted_at is null',
        values: [ownerId, id]
      })
      return rowCount === 1
    }
  }
}

function toVehicle (row: Row): Vehicle {
  return Object.freeze({
    id: row.id,
    vin: row.vin,
    make: row.make,
    model: row.model,
    year: row.year,
    nickname: row.nickname,
    color: row.color,
    licensePlate: row.license_plate,
    odometer: row.odometer,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString()
  })
}
