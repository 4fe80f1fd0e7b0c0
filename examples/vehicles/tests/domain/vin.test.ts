import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { checkDigit, parseVin } from '../../domain/vin.ts'
import { faultyVins, knownVehicles, refusedVins } from '../../external/vpic/stand-in-vehicles.ts'

const characters = [...'ABCDEFGHJKLMNPRSTUVWXYZ0123456789']
const seventeen = fc.array(fc.constantFrom(...characters), { minLength: 17, maxLength: 17 }).map(all => all.join(''))
const withCheckDigit = seventeen.map(vin => vin.slice(0, 8) + checkDigit(vin) + vin.slice(9))

describe('a VIN', () => {
  test('of a real vehicle is accepted', () => {
    for (const vin of [...Object.keys(knownVehicles), ...Object.keys(faultyVins), ...Object.keys(refusedVins)]) {
      assert.deepEqual(parseVin(vin), { ok: true, value: vin })
    }
  })

  test('has the check digit of the standard\'s examples', () => {
    assert.equal(checkDigit('1M8GDM9AXKP042788'), 'X')
    assert.equal(checkDigit('11111111111111111'), '1')
  })

  test('is kept in upper case', () => {
    assert.deepEqual(parseVin('1m8gdm9axkp042788'), { ok: true, value: '1M8GDM9AXKP042788' })
  })

  test('with any one digit mistyped as another is refused', () => {
    fc.assert(fc.property(withCheckDigit, fc.integer({ min: 0, max: 16 }), fc.integer({ min: 1, max: 9 }), (vin, place, step) => {
      const digit = Number(vin[place])
      fc.pre(!Number.isNaN(digit))
      const mistyped = vin.slice(0, place) + ((digit + step) % 10) + vin.slice(place + 1)
      const parsed = parseVin(mistyped)
      return !parsed.ok && parsed.failure.code === 'VIN_CHECK_DIGIT'
    }))
  })

  test('says which check digit it should have', () => {
    const parsed = parseVin('1HGCM82634A004352')
    assert.equal(!parsed.ok && parsed.failure.message.includes('is 3 and should be 1'), true, JSON.stringify(parsed))
  })

  test('of other lengths or with I, O or Q is refused', () => {
    for (const text of ['', '1HGCM82633A00435', '1HGCM82633A0043522', '1HGCM82633A00435I', '1HGCM82633A00435O', '1HGCM82633A00435Q', '1HGCM82633A00435é']) {
      const parsed = parseVin(text)
      assert.equal(!parsed.ok && parsed.failure.code, 'VIN_MALFORMED', text)
    }
  })
})
