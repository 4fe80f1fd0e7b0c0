/** The bytes are not in the encoding that their beginning speaks for. */
export class BodyEncodingError extends Error {}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The text of a JSON body as `json.loads` decodes it: UTF-8, 16 or 32, told by a byte order mark or by zero bytes.
 * @throws BodyEncodingError
 */
export function bodyText (bytes: Buffer): string {
  const [encoding, skip] = detectEncoding(bytes)
  const body = skip === 0 ? bytes : bytes.subarray(skip)
  switch (encoding) {
    case 'utf-8': return utf8(body)
    case 'utf-16-le': return utf16(body, false)
    case 'utf-16-be': return utf16(body, true)
    case 'utf-32-le': return utf32(body, false)
    case 'utf-32-be': return utf32(body, true)
  }
}

type Encoding = 'utf-8' | 'utf-16-le' | 'utf-16-be' | 'utf-32-le' | 'utf-32-be'

/** `json.detect_encoding`, and how many bytes the byte order mark has. */
function detectEncoding (bytes: Buffer): [Encoding, number] {
  const [a, b, c, d] = bytes
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return ['utf-32-be', 4]
  if (a === 0xff && b === 0xfe && c === 0 && d === 0) return ['utf-32-le', 4]
  if (a === 0xfe && b === 0xff) return ['utf-16-be', 2]
  if (a === 0xff && b === 0xfe) return ['utf-16-le', 2]
  if (a === 0xef && b === 0xbb && c === 0xbf) return ['utf-8', 3]
  if (bytes.length >= 4) {
    if (a === 0) return [b === 0 ? 'utf-32-be' : 'utf-16-be', 0]
    if (b === 0) return [c !== 0 || d !== 0 ? 'utf-16-le' : 'utf-32-le', 0]
  } else if (bytes.length === 2) {
    if (a === 0) return ['utf-16-be', 0]
    if (b === 0) return ['utf-16-le', 0]
  }
  return ['utf-8', 0]
}

/** Python's `surrogatepass`: surrogates that were encoded one by one are let through. */
function utf8 (bytes: Buffer): string {
  try {
    return strict.decode(bytes)
  } catch {
    return utf8WithSurrogates(bytes)
  }
}

function utf8WithSurrogates (bytes: Buffer): string {
  let text = ''
  let from = 0
  for (let at = 0; at + 2 < bytes.length; at++) {
    const isSurrogate = bytes[at] === 0xed && bytes[at + 1]! >= 0xa0 && bytes[at + 1]! <= 0xbf && (bytes[at + 2]! & 0xc0) === 0x80
    if (isSurrogate) {
      text += strictly(bytes.subarray(from, at))
      text += String.fromCharCode(0xd000 | (bytes[at + 1]! & 0x3f) << 6 | (bytes[at + 2]! & 0x3f))
      at += 2
      from = at + 1
    }
  }
  return text + strictly(bytes.subarray(from))
}

function strictly (bytes: Buffer): string {
  try {
    return strict.decode(bytes)
  } catch {
    throw new BodyEncodingError('not UTF-8')
  }
}

function utf16 (bytes: Buffer, bigEndian: boolean): string {
  if (bytes.length % 2 !== 0) throw new BodyEncodingError('half a unit of UTF-16')
  const units = Buffer.from(bytes)
  if (bigEndian) units.swap16()
  return units.toString('utf16le')
}

function utf32 (bytes: Buffer, bigEndian: boolean): string {
  if (bytes.length % 4 !== 0) throw new BodyEncodingError('a part of a unit of UTF-32')
  let text = ''
  for (let at = 0; at < bytes.length; at += 4) {
    const point = bigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at)
    if (point > 0x10ffff) throw new BodyEncodingError('no character of Unicode')
    text += String.fromCodePoint(point)
  }
  return text
}
