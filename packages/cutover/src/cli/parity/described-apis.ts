import type { Settings } from '../../config/settings.ts'
import type { Api } from '../../parity/fuzz/openapi/api.ts'
import { loadApi } from '../../parity/fuzz/openapi/load.ts'
import type { Sides } from '../../parity/trial/side.ts'

/**
 * Reads the descriptions that `parity.openapi` names, the candidate's first.
 * @throws CUT_OPENAPI_INVALID when one is not there, or is none
 */
export async function describedApis ({ parity: { openapi } }: Settings, sides: Sides, signal: AbortSignal): Promise<readonly Api[]> {
  const sources = [
    ...(openapi.candidate === undefined ? [] : [{ origin: sides.candidate.origin(), path: openapi.candidate }]),
    ...(openapi.legacy === undefined ? [] : [{ origin: sides.legacy.origin(), path: openapi.legacy }]),
    ...(openapi.file === undefined ? [] : [{ file: openapi.file }])
  ]
  return await Promise.all(sources.map(async source => await loadApi(source, signal)))
}
