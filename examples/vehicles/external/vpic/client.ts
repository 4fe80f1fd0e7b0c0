import type { DecodedVin } from '../../types/vehicle.ts'
import { readResponse } from './wire.ts'

/** Asks vPIC for one VIN. Undefined: vPIC does not know it. Throws when vPIC is down, slow or answers nonsense. */
export type AskVpic = (vin: string) => Promise<DecodedVin | undefined>

/**
 * A client of vPIC, or of anything that speaks its format.
 * @param options.url the API's base, `https://vpic.nhtsa.dot.gov/api/vehicles`
 * @param options.timeout milliseconds for the whole exchange, body included
 */
export function createVpicClient ({ url, timeout }: { url: string, timeout: number }): AskVpic {
  const base = url.replace(/\/+$/, '')
  return async vin => {
    const response = await fetch(`${base}/DecodeVinValues/${encodeURIComponent(vin)}?format=json`, {
      headers: { accept: 'application/json' },
      redirect: 'error',
      signal: AbortSignal.timeout(timeout)
    })
    if (!response.ok) {
      await response.body?.cancel()
      throw new Error(`vPIC answered ${response.status} for ${vin}`)
    }
    return readResponse(vin, await response.json())
  }
}
