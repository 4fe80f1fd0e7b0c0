import type { Logger } from 'pino'
import type { Decoding, VinDecoder } from '../../domain/vehicles.ts'
import type { AskVpic } from './client.ts'
import type { DecodingCache, KeptDecoding } from './decoding-cache.ts'

export interface DecoderOptions {
  readonly ask: AskVpic
  readonly cache: DecodingCache
  readonly log: Logger
  /** Milliseconds a decoding is used before vPIC is asked again. */
  readonly maxAge: number
  /** The same for "vPIC does not know it", which new models outgrow. */
  readonly maxAgeOfUnknown?: number
  readonly now?: () => number
}

/**
 * Decodes VINs through the cache table. Concurrent questions about one VIN are one question to vPIC.
 * When vPIC does not answer, an old decoding is better than none; without one the answer is `unavailable`.
 */
export function createVinDecoder ({ ask, cache, log, maxAge, maxAgeOfUnknown = Math.min(maxAge, 3_600_000), now = Date.now }: DecoderOptions): VinDecoder {
  const inFlight = new Map<string, Promise<Decoding>>()

  async function decode (vin: string): Promise<Decoding> {
    const kept = await cache.find(vin)
    const limit = kept?.vehicle === undefined ? maxAgeOfUnknown : maxAge
    if (kept !== undefined && now() - kept.decodedAt.getTime() < limit) return toDecoding(kept)
    try {
      const fresh: KeptDecoding = { vehicle: await ask(vin), decodedAt: new Date(now()) }
      await cache.keep(vin, fresh)
      return toDecoding(fresh)
    } catch (error) {
      log.warn({ err: error, vin, fallback: kept === undefined ? 'none' : 'old decoding' }, 'a VIN could not be decoded')
      return kept === undefined ? { kind: 'unavailable' } : toDecoding(kept)
    }
  }

  return {
    decode (vin) {
      let decoding = inFlight.get(vin)
      if (decoding === undefined) {
        decoding = decode(vin).finally(() => inFlight.delete(vin))
        inFlight.set(vin, decoding)
      }
      return decoding
    }
  }
}

function toDecoding ({ vehicle }: KeptDecoding): Decoding {
  return vehicle === undefined ? { kind: 'unknown' } : { kind: 'decoded', vehicle }
}
