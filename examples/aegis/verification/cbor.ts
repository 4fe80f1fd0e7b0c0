export type CborValue = number | string | Buffer | CborMap
export type CborMap = ReadonlyMap<number | string, CborValue>

/** The part of CBOR (RFC 8949) that WebAuthn's attestations are made of: integers, texts, bytes and maps, in the order given. */
export function cbor (value: CborValue): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value])
  return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, item]) => [cbor(key), cbor(item)])])
}

function head (kind: number, length: number): Buffer {
  if (length < 24) return Buffer.from([kind << 5 | length])
  if (length < 0x100) return Buffer.from([kind << 5 | 24, length])
  return Buffer.from([kind << 5 | 25, length >> 8, length & 0xFF])
}
