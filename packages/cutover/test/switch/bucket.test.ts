import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BUCKETS, bucketOf, murmur3, onCandidate } from '../../src/switch/bucket.ts'

// Published vectors of MurmurHash3_x86_32: those of the reference implementation's users (Wikipedia, Guava, imurmurhash).
const vectors: ReadonlyArray<readonly [text: string, seed: number, hash: number]> = [
  ['', 0, 0x00000000],
  ['', 1, 0x514e28b7],
  ['', 0xffffffff, 0x81f16f39],
  ['test', 0, 0xba6bd213],
  ['test', 0x9747b28c, 0x704b81dc],
  ['Hello, world!', 0, 0xc0363e43],
  ['Hello, world!', 0x9747b28c, 0x24884cba],
  ['The quick brown fox jumps over the lazy dog', 0, 0x2e4ff723],
  ['The quick brown fox jumps over the lazy dog', 0x9747b28c, 0x2fa826cd],
  ['\0\0\0\0', 0, 0x2362f9de],
  ['\0\0\0', 0, 0x85f0b427],
  ['\0\0', 0, 0x30f4c306],
  ['\0', 0, 0x514e28b7],
  ['aaaa', 0x9747b28c, 0x5a97808a],
  ['aaa', 0x9747b28c, 0x283e0130],
  ['aa', 0x9747b28c, 0x5d211726],
  ['a', 0x9747b28c, 0x7fa09ea6],
  ['abcd', 0x9747b28c, 0xf0478627],
  ['abc', 0x9747b28c, 0xc84a62dd],
  ['ππππππππ', 0x9747b28c, 0xd58063c1]
]

test('the hash is MurmurHash3 x86 32', () => {
  for (const [text, seed, hash] of vectors) assert.equal(murmur3(text, seed), hash, JSON.stringify([text, seed]))
})

/** The algorithm once more, straight from its description, over UTF-8 bytes. */
function reference (text: string, seed: number): number {
  const bytes = Buffer.from(text)
  const rotated = (x: number, r: number): number => (x << r) | (x >>> (32 - r))
  const scrambled = (k: number): number => Math.imul(rotated(Math.imul(k, 0xcc9e2d51), 15), 0x1b873593)
  const tail = bytes.length % 4
  let h = seed
  for (let i = 0; i < bytes.length - tail; i += 4) h = Math.imul(rotated(h ^ scrambled(bytes.readInt32LE(i)), 13), 5) + 0xe6546b64
  if (tail > 0) h ^= scrambled(bytes.readUIntLE(bytes.length - tail, tail))
  h ^= bytes.length
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

test('any text is hashed as its UTF-8 bytes, ASCII or not', () => {
  const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }))
  fc.assert(fc.property(text, fc.nat(0xffffffff), (text, seed) => assert.equal(murmur3(text, seed), reference(text, seed))))
})

test('buckets are uniform, and one feature\'s tell nothing of another\'s', () => {
  const [one, other] = [murmur3('vehicles'), murmur3('health')]
  const keys = 200_000
  const cells = new Float64Array(100)
  const joint = new Float64Array(100)
  for (let i = 0; i < keys; i++) {
    const key = `user-${i}@example.org`
    const [a, b] = [bucketOf(one, key), bucketOf(other, key)]
    assert.ok(a >= 0 && a < BUCKETS && Number.isInteger(a))
    cells[Math.floor(a / 100)]!++
    joint[Math.floor(a / 1000) * 10 + Math.floor(b / 1000)]!++
  }
  const chiSquare = (counts: Float64Array): number => counts.reduce((sum, n) => sum + (n - keys / 100) ** 2 / (keys / 100), 0)
  // 99 degrees of freedom: 148.2 is passed once in a thousand times; the keys are fixed, so this is no coin toss.
  assert.ok(chiSquare(cells) < 148.2, `marginal ${chiSquare(cells)}`)
  assert.ok(chiSquare(joint) < 148.2, `joint ${chiSquare(joint)}`)
})

test('raising a share only adds keys, lowering it only removes some', () => {
  const share = fc.integer({ min: 0, max: BUCKETS })
  fc.assert(fc.property(fc.string(), fc.string(), share, share, (feature, key, a, b) => {
    const bucket = bucketOf(murmur3(feature), key)
    const [low, high] = [Math.min(a, b), Math.max(a, b)]
    if (onCandidate(bucket, low)) assert.ok(onCandidate(bucket, high))
    assert.equal(onCandidate(bucket, 0), false)
    assert.equal(onCandidate(bucket, BUCKETS), true)
  }))
})
