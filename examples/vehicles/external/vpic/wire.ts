import type { DecodedVin } from '../../types/vehicle.ts'

// The flat format of vPIC's DecodeVinValues: every value is text, "" where nothing is known.
// https://vpic.nhtsa.dot.gov/api/

/** One decoded VIN as vPIC writes it; the real one has some 150 fields, these are the ones used here. */
export interface VpicResult {
  readonly VIN: string
  readonly Make: string
  readonly Model: string
  readonly ModelYear: string
  readonly Trim: string
  readonly BodyClass: string
  readonly FuelTypePrimary: string
  readonly Manufacturer: string
  readonly PlantCountry: string
  readonly VehicleType: string
  /** "0" is a clean decode; several codes are joined by commas: "1,11". */
  readonly ErrorCode: string
  readonly ErrorText: string
}

export interface VpicResponse {
  readonly Count: number
  readonly Message: string
  readonly SearchCriteria: string | null
  readonly Results: readonly VpicResult[]
}

/**
 * Codes after which nothing in the answer can be used: 6 incomplete VIN, 7 manufacturer not registered,
 * 8 no detailed data, 11 impossible model year, 400 invalid characters. The others are remarks on a usable answer.
 */
const useless = new Set(['6', '7', '8', '11', '400'])

/**
 * Reads an answer: the decoded VIN, undefined when vPIC does not know it.
 * @throws TypeError when the answer is not in vPIC's format
 */
export function readResponse (vin: string, body: unknown): DecodedVin | undefined {
  const result = (body as Partial<VpicResponse> | null)?.Results?.[0]
  if (typeof result?.ErrorCode !== 'string' || typeof result.Make !== 'string') {
    throw new TypeError('The answer of vPIC has no Results[0] with ErrorCode and Make')
  }
  const codes = result.ErrorCode.split(',').map(code => code.trim())
  if (result.Make === '' || codes.some(code => useless.has(code))) return undefined
  const year = Number.parseInt(result.ModelYear ?? '', 10)
  return {
    vin,
    make: result.Make,
    model: text(result.Model),
    year: Number.isNaN(year) ? null : year,
    trim: text(result.Trim),
    bodyClass: text(result.BodyClass),
    fuelType: text(result.FuelTypePrimary),
    manufacturer: text(result.Manufacturer),
    plantCountry: text(result.PlantCountry)
  }
}

function text (value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null
}
