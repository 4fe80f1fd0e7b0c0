import { failed, success, type Result } from '../types/result.ts'

const letterValues: Readonly<Record<string, number>> = {
  A: 1, B: 2, C: 3, D: 4, E: 5, F: 6, G: 7, H: 8, J: 1, K: 2, L: 3, M: 4, N: 5, P: 7, R: 9, S: 2, T: 3, U: 4, V: 5, W: 6, X: 7, Y: 8, Z: 9
}
const weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2]

/** The characters of a VIN: no I, O or Q (ISO 3779), either case. */
export const VIN_CHARACTERS = /^[A-HJ-NPR-Za-hj-npr-z0-9]+$/

export const VIN_LENGTH = 17

/**
 * The check digit (position 9) that the other sixteen characters ask for: 0–9 or X.
 * @throws RangeError when the text is not 17 VIN characters
 */
export function checkDigit (vin: string): string {
  if (vin.length !== VIN_LENGTH || !VIN_CHARACTERS.test(vin)) throw new RangeError(`${vin} is not 17 VIN characters`)
  let sum = 0
  for (const [index, character] of [...vin.toUpperCase()].entries()) {
    sum += (letterValues[character] ?? Number(character)) * (weights[index] ?? 0)
  }
  const remainder = sum % 11
  return remainder === 10 ? 'X' : String(remainder)
}

/** A VIN in the form it is kept in (upper case), or the reason why it is none. */
export function parseVin (text: string): Result<string> {
  const vin = text.toUpperCase()
  if (vin.length !== VIN_LENGTH || !VIN_CHARACTERS.test(vin)) {
    return failed({ kind: 'unprocessable', code: 'VIN_MALFORMED', message: 'A VIN has 17 letters and digits, without I, O and Q', field: 'vin' })
  }
  const wanted = checkDigit(vin)
  if (vin[8] !== wanted) {
    return failed({
      kind: 'unprocessable',
      code: 'VIN_CHECK_DIGIT',
      message: `The check digit (position 9) of ${vin} is ${vin[8]} and should be ${wanted}: look for a typing error`,
      field: 'vin'
    })
  }
  return success(vin)
}
