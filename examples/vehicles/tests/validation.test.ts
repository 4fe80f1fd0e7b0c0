import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ObjectSchema } from 'joi'
import { compileValidator } from '../candidate/plugins/joi-messages.ts'
import * as candidate from '../candidate/schemas.ts'
import * as legacy from '../legacy/schemas.ts'

const pairs: readonly (readonly [string, ObjectSchema, object])[] = [
  ['a new vehicle', legacy.newVehicle, candidate.NewVehicle],
  ['changes', legacy.vehicleChanges, candidate.VehicleChanges],
  ['credentials', legacy.credentials, candidate.Credentials],
  ['a vehicle id', legacy.vehicleId, candidate.VehicleId],
  ['a VIN to decode', legacy.vinToDecode, candidate.VinToDecode]
]

const fields = ['vin', 'make', 'model', 'year', 'nickname', 'color', 'licensePlate', 'odometer', 'email', 'password', 'id', 'other', 'toString', 'a.b', 'ä', '0']
const text = fc.oneof(
  fc.string({ maxLength: 20, unit: 'binary' }),
  fc.string({ minLength: 55, maxLength: 70, unit: 'grapheme' }),
  fc.constantFrom('', ' ', '1HGCM82633A004352', 'a@b', 'ioq', 'x'.repeat(129), 'x'.repeat(254) + '@', '00000000-0000-4000-8000-000000000000', '{00000000-0000-4000-8000-000000000000}', '00000000000040008000000000000000'),
  fc.uuid()
)
const number = fc.oneof(fc.integer(), fc.integer({ min: 1890, max: 2110 }), fc.double({ noNaN: true }), fc.constantFrom(0, -1, 9_999_999, 10_000_000, 2003.5, Infinity, -Infinity, 2 ** 53, -(2 ** 53), 1e300))
const value = fc.oneof({ weight: 3, arbitrary: text }, { weight: 3, arbitrary: number }, { weight: 1, arbitrary: fc.constantFrom(null, true, false, [], {}, ['x']) })
const body = fc.oneof(
  { weight: 20, arbitrary: fc.dictionary(fc.constantFrom(...fields), value, { maxKeys: 9, noNullPrototype: true }) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>([], [1], {}) }
)

for (const [name, joi, typebox] of pairs) {
  test(`${name}: TypeBox and Joi find the same faults, in the same words and order`, () => {
    const check = compileValidator(typebox)
    fc.assert(fc.property(body, input => {
      const { error } = joi.validate(input, { abortEarly: false, convert: false })
      const expected = error?.details.map(({ path, message }) => ({ field: path.join('.'), message })) ?? []
      const answer = check(input)
      assert.deepEqual('error' in answer ? answer.error.details : [], expected)
    }), { numRuns: 1500 })
  })
}
