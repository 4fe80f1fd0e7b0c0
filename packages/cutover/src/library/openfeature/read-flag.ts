import { shareFromText } from '../../config/environment.ts'
import type { BasisPoints } from '../../config/target.ts'
import { parseShare } from '../../config/units.ts'
import type { FlagClient, FlagContext, FlagDetails } from './flag-client.ts'

/** What a flag says, as it is kept in the journal, or why it says nothing that could be followed. */
export type FlagReading = { readonly share: BasisPoints, readonly text: string } | { readonly problem: string }

/** Errors that another type of the same flag would not mend. */
const final = new Set(['FLAG_NOT_FOUND', 'PROVIDER_NOT_READY', 'PROVIDER_FATAL', 'TARGETING_KEY_MISSING', 'INVALID_CONTEXT'])

/**
 * Reads the share that a flag says: a number in per cent, a boolean, or a text. OpenFeature asks for a type, so they
 * are tried one after another. A value that is stale, or that is only the default, is none.
 */
export async function readFlag (client: FlagClient, key: string, context: FlagContext): Promise<FlagReading> {
  let problem = ''
  for (const read of [readNumber, readText, readBoolean]) {
    const found = await read(client, key, context)
    if ('share' in found) return { share: found.share, text: `${key}=${found.said}` }
    if (problem === '' || !found.mismatch) problem = found.problem
    if (found.final) break
  }
  return { problem }
}

type Found = { readonly share: BasisPoints, readonly said: string } | { readonly problem: string, readonly final: boolean, readonly mismatch: boolean }

const none: Found = { problem: 'the provider has no value for it', final: false, mismatch: true }

async function readNumber (client: FlagClient, key: string, context: FlagContext): Promise<Found> {
  const details = await client.getNumberDetails(key, NaN, context)
  const fault = faultOf(details, typeof details.value === 'number', 'number')
  return fault ?? (Number.isNaN(details.value) ? none : judged(details.value, parseShare(String(details.value))))
}

async function readText (client: FlagClient, key: string, context: FlagContext): Promise<Found> {
  const details = await client.getStringDetails(key, '', context)
  const fault = faultOf(details, typeof details.value === 'string', 'text')
  return fault ?? (details.value === '' ? none : judged(details.value, shareFromText(details.value as string)))
}

/** A default cannot be told from a boolean, unless both are asked with. */
async function readBoolean (client: FlagClient, key: string, context: FlagContext): Promise<Found> {
  const details = await client.getBooleanDetails(key, false, context)
  const fault = faultOf(details, typeof details.value === 'boolean', 'boolean')
  if (fault !== undefined) return fault
  const other = await client.getBooleanDetails(key, true, context)
  return faultOf(other, typeof other.value === 'boolean', 'boolean') ?? (details.value === other.value ? judged(details.value, details.value === true ? 10_000 : 0) : none)
}

function judged (value: unknown, share: BasisPoints | undefined): Found {
  if (share !== undefined) return { share, said: String(value) }
  return { problem: `its value ${JSON.stringify(value).slice(0, 50)} is no share: give it a number from 0 to 100 with at most two decimals, a boolean, or the name of a backend`, final: true, mismatch: false }
}

function faultOf ({ reason, errorCode }: FlagDetails, fits: boolean, type: string): Found | undefined {
  if (errorCode !== undefined) return { problem: `the provider says ${errorCode}`, final: final.has(errorCode), mismatch: errorCode === 'TYPE_MISMATCH' }
  if (!fits) return { problem: `its value is no ${type}`, final: false, mismatch: true }
  return reason === 'STALE' ? { problem: 'the provider says that its value is stale', final: true, mismatch: false } : undefined
}
