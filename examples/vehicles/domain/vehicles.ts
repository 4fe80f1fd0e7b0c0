import { failed, success, type Result } from '../types/result.ts'
import type { DecodedVin, Vehicle, VehicleDetails, VehicleDraft } from '../types/vehicle.ts'
import { parseVin } from './vin.ts'

/** Where vehicles are kept. Every call is for one owner, so that nobody reaches another's. */
export interface VehicleStore {
  /** Newest last. */
  list (ownerId: string): Promise<readonly Vehicle[]>
  find (ownerId: string, id: string): Promise<Vehicle | undefined>
  /** Undefined when the owner has a vehicle of this VIN already. */
  insert (ownerId: string, draft: VehicleDraft): Promise<Vehicle | undefined>
  update (ownerId: string, id: string, details: VehicleDetails): Promise<Vehicle | undefined>
  /** False when there was none. */
  remove (ownerId: string, id: string): Promise<boolean>
}

/** What a VIN decoder answers: it never throws for a service that is down. */
export type Decoding =
  | { readonly kind: 'decoded', readonly vehicle: DecodedVin }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'unavailable' }

export interface VinDecoder {
  decode (vin: string): Promise<Decoding>
}

export interface Vehicles {
  list (ownerId: string): Promise<readonly Vehicle[]>
  get (ownerId: string, id: string): Promise<Result<Vehicle>>
  /** Make, model and year that the client left out are filled in from the VIN; when the decoder is down they stay empty. */
  add (ownerId: string, draft: VehicleDraft): Promise<Result<Vehicle>>
  change (ownerId: string, id: string, details: VehicleDetails): Promise<Result<Vehicle>>
  remove (ownerId: string, id: string): Promise<Result<undefined>>
  decode (text: string): Promise<Result<DecodedVin>>
}

/** The rules of the capsule, with no HTTP and no SQL. `thisYear` is passed in so that tests own the calendar. */
export function createVehicles ({ store, decoder, thisYear }: { store: VehicleStore, decoder: VinDecoder, thisYear: () => number }): Vehicles {
  const missing = failed({ kind: 'missing', code: 'VEHICLE_NOT_FOUND', message: 'There is no such vehicle' })

  function checkYear (year: number | null | undefined): Result<undefined> {
    // A model year may be sold in the calendar year before it.
    const newest = thisYear() + 1
    if (year == null || year <= newest) return success(undefined)
    return failed({ kind: 'unprocessable', code: 'MODEL_YEAR_IN_FUTURE', message: `The model year ${year} is after ${newest}, the newest there is`, field: 'year' })
  }

  return {
    list: ownerId => store.list(ownerId),

    async get (ownerId, id) {
      const vehicle = await store.find(ownerId, id)
      return vehicle === undefined ? missing : success(vehicle)
    },

    async add (ownerId, draft) {
      const vin = parseVin(draft.vin)
      if (!vin.ok) return vin
      const year = checkYear(draft.year)
      if (!year.ok) return year
      const vehicle = await store.insert(ownerId, await completed({ ...draft, vin: vin.value }, decoder))
      if (vehicle !== undefined) return success(vehicle)
      return failed({ kind: 'conflict', code: 'VEHICLE_EXISTS', message: `You have a vehicle with the VIN ${vin.value} already`, field: 'vin' })
    },

    async change (ownerId, id, details) {
      const year = checkYear(details.year)
      if (!year.ok) return year
      const vehicle = await store.update(ownerId, id, details)
      return vehicle === undefined ? missing : success(vehicle)
    },

    async remove (ownerId, id) {
      return await store.remove(ownerId, id) ? success(undefined) : missing
    },

    async decode (text) {
      const vin = parseVin(text)
      if (!vin.ok) return vin
      const decoding = await decoder.decode(vin.value)
      if (decoding.kind === 'decoded') return success(decoding.vehicle)
      if (decoding.kind === 'unknown') return failed({ kind: 'missing', code: 'VIN_UNKNOWN', message: `Nothing is known of the VIN ${vin.value}`, field: 'vin' })
      return failed({ kind: 'unavailable', code: 'VIN_DECODER_UNAVAILABLE', message: 'The VIN decoder does not answer: try again later, or enter the details by hand' })
    }
  }
}

async function completed (draft: VehicleDraft, decoder: VinDecoder): Promise<VehicleDraft> {
  if (draft.make != null && draft.model != null && draft.year != null) return draft
  const decoding = await decoder.decode(draft.vin)
  if (decoding.kind !== 'decoded') return draft
  const { make, model, year } = decoding.vehicle
  return { ...draft, make: draft.make ?? make, model: draft.model ?? model, year: draft.year ?? year }
}
