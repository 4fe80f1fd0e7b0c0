import type { BasisPoints } from '../config/target.ts'

/** Buckets are numbered 0 to 9 999, one a basis point. */
export const BUCKETS = 10_000

const C1 = 0xcc9e2d51
const C2 = 0x1b873593

const encoder = new TextEncoder()

/**
 * MurmurHash3, x86, 32 bits (Appleby 2011), of a text's UTF-8 bytes.
 * Written here because it runs for every sticky request: ASCII keys are hashed without allocating.
 * @returns an unsigned 32-bit integer
 */
export function murmur3 (text: string, seed = 0): number {
  const length = text.length
  for (let i = 0; i < length; i++) {
    if (text.charCodeAt(i) > 127) {
      const bytes = encoder.encode(text)
      return hash(i => bytes[i]!, bytes.length, seed)
    }
  }
  let h = seed | 0
  const blocks = length & ~3
  let i = 0
  while (i < blocks) {
    const k = text.charCodeAt(i) | (text.charCodeAt(i + 1) << 8) | (text.charCodeAt(i + 2) << 16) | (text.charCodeAt(i + 3) << 24)
    h = mix(h, k)
    i += 4
  }
  let k = 0
  if (length - i > 2) k ^= text.charCodeAt(i + 2) << 16
  if (length - i > 1) k ^= text.charCodeAt(i + 1) << 8
  if (length - i > 0) k ^= text.charCodeAt(i)
  return finish(h, k, length)
}

function hash (at: (index: number) => number, length: number, seed: number): number {
  let h = seed | 0
  const blocks = length & ~3
  for (let i = 0; i < blocks; i += 4) h = mix(h, at(i) | (at(i + 1) << 8) | (at(i + 2) << 16) | (at(i + 3) << 24))
  let k = 0
  for (let i = length - 1; i >= blocks; i--) k = (k << 8) | at(i)
  return finish(h, k, length)
}

function mix (h: number, k: number): number {
  k = Math.imul(k, C1)
  k = (k << 15) | (k >>> 17)
  h ^= Math.imul(k, C2)
  h = (h << 13) | (h >>> 19)
  return (Math.imul(h, 5) + 0xe6546b64) | 0
}

function finish (h: number, tail: number, length: number): number {
  if (tail !== 0) {
    tail = Math.imul(tail, C1)
    tail = (tail << 15) | (tail >>> 17)
    h ^= Math.imul(tail, C2)
  }
  h ^= length
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/**
 * The bucket of a sticky key within a feature, so that one user's buckets differ from feature to feature.
 * @param seed `murmur3(feature name)`
 */
export function bucketOf (seed: number, key: string): number {
  return murmur3(key, seed) % BUCKETS
}

/**
 * Whether a bucket is on the candidate's side. Raising the share only adds buckets, lowering it only takes some away.
 */
export function onCandidate (bucket: number, share: BasisPoints): boolean {
  return bucket < share
}
