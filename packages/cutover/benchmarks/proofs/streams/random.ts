import { createCipheriv, createHash } from 'node:crypto'

const zeros = Buffer.alloc(64 * 1024)

/**
 * Pseudo-random bytes that are made as they are read, the same for the same seed: the key stream of AES-128 in counter mode.
 * @param length in bytes
 */
export function * randomBytes (seed: number, length: number): Generator<Buffer> {
  const key = createHash('sha256').update(`streams ${seed}`).digest().subarray(0, 16)
  const cipher = createCipheriv('aes-128-ctr', key, Buffer.alloc(16))
  for (let left = length; left > 0; left -= zeros.length) yield cipher.update(left < zeros.length ? zeros.subarray(0, left) : zeros)
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function randomNumbers (seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6D2B79F5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
