import { Type, type Static, type TSchema } from 'typebox'
import { VIN_LENGTH } from '../domain/vin.ts'

const vin = Type.String({ minLength: VIN_LENGTH, maxLength: VIN_LENGTH, pattern: '^[A-HJ-NPR-Za-hj-npr-z0-9]+$', patternName: 'VIN', description: '17 letters and digits, no I, O or Q; position 9 is a check digit (ISO 3779).' })
const text = (max: number) => Type.Unsafe<string | null>({ type: ['string', 'null'], minLength: 1, maxLength: max, pattern: '^\\P{Cc}+$', patternName: 'printable' })
const integer = (minimum: number, maximum: number) => Type.Unsafe<number | null>({ type: ['integer', 'null'], minimum, maximum })
const details = {
  make: Type.Optional(text(60)),
  model: Type.Optional(text(60)),
  year: Type.Optional(integer(1900, 2100)),
  nickname: Type.Optional(text(60)),
  color: Type.Optional(text(30)),
  licensePlate: Type.Optional(text(15)),
  odometer: Type.Optional(integer(0, 9_999_999))
}
const closed = { additionalProperties: false }

export const Credentials = Type.Object({
  email: Type.String({ minLength: 1, maxLength: 254, pattern: '^[^\\s@\\p{Cc}]+@[^\\s@\\p{Cc}]+$', patternName: 'e-mail' }),
  password: Type.String({ minLength: 1, maxLength: 128 })
}, closed)
export const NewVehicle = Type.Object({ vin, ...details }, closed)
export const VehicleChanges = Type.Object(details, { ...closed, minProperties: 1 })
export const VehicleId = Type.Object({
  id: Type.String({ minLength: 1, pattern: '^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-4[0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}$', patternName: 'guid' })
}, closed)
export const VinToDecode = Type.Object({ vin }, closed)

const nullable = <Value>(type: 'string' | 'integer') => Type.Unsafe<Value | null>({ type: [type, 'null'] })

export const Vehicle = Type.Object({
  id: Type.String(),
  vin: Type.String(),
  make: nullable<string>('string'),
  model: nullable<string>('string'),
  year: nullable<number>('integer'),
  nickname: nullable<string>('string'),
  color: nullable<string>('string'),
  licensePlate: nullable<string>('string'),
  odometer: nullable<number>('integer'),
  createdAt: Type.String(),
  updatedAt: Type.String()
})
export const VehicleList = Type.Object({ vehicles: Type.Unsafe<readonly Static<typeof Vehicle>[]>(Type.Array(Vehicle)) })
export const DecodedVin = Type.Object({
  vin: Type.String(),
  make: Type.String(),
  model: nullable<string>('string'),
  year: nullable<number>('integer'),
  trim: nullable<string>('string'),
  bodyClass: nullable<string>('string'),
  fuelType: nullable<string>('string'),
  manufacturer: nullable<string>('string'),
  plantCountry: nullable<string>('string')
})
export const Session = Type.Object({
  token: Type.String(),
  tokenType: Type.Literal('Bearer'),
  expiresIn: Type.Integer({ description: 'Seconds.' }),
  user: Type.Object({ id: Type.String(), email: Type.String() })
})
export const Liveness = Type.Object({ status: Type.Literal('ok'), service: Type.Literal('vehicles') })
export const Readiness = Type.Object({ status: Type.String(), feature: Type.String(), database: Type.String() })
export const Problem = Type.Object({
  error: Type.Object({
    code: Type.String(),
    message: Type.String(),
    details: Type.Optional(Type.Array(Type.Object({ field: Type.String(), message: Type.String() })))
  })
})
export const Nothing = Type.Unsafe<undefined>({ description: 'No content.' })

/** The response schemas of a route: what it answers when all is well, and the one shape of errors for the rest. */
export function answers<Good extends Record<number, TSchema>> (good: Good): Good & { '4xx': typeof Problem, '5xx': typeof Problem } {
  return { ...good, '4xx': Problem, '5xx': Problem }
}
