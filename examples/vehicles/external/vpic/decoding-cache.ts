import type { Pool } from 'pg'
import type { DecodedVin } from '../../types/vehicle.ts'

/** What vPIC said of a VIN, and when. */
export interface KeptDecoding {
  /** Undefined: vPIC did not know it. */
  readonly vehicle: DecodedVin | undefined
  readonly decodedAt: Date
}

export interface DecodingCache {
  find (vin: string): Promise<KeptDecoding | undefined>
  keep (vin: string, decoding: KeptDecoding): Promise<void>
}

/** Decodings in the table `vin_decodings`. */
export function createDecodingCache (pool: Pool): DecodingCache {
  return {
    async find (vin) {
      const { rows: [row] } = await pool.query<{ vehicle: DecodedVin | null, decoded_at: Date }>({
        name: 'vin-decoding',
        text: 'select vehicle, decoded_at from vin_decodings where vin = $1',
        values: [vin]
      })
      return row && { vehicle: row.vehicle ?? undefined, decodedAt: row.decoded_at }
    },
    async keep (vin, { vehicle, decodedAt }) {
      await pool.query({
        name: 'keep-vin-decoding',
        text: `insert into vin_decodings (vin, vehicle, decoded_at) values ($1, $2, $3)
               on conflict (vin) do update set vehicle = excluded.vehicle, decoded_at = excluded.decoded_at`,
        values: [vin, vehicle === undefined ? null : JSON.stringify(vehicle), decodedAt]
      })
    }
  }
}
