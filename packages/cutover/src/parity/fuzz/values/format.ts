import type { Random } from '../random.ts'

const letters = 'abcdefghijklmnopqrstuvwxyz'

/** A text of a format of JSON Schema or OpenAPI; undefined for a format that is not known. */
export function textOfFormat (format: string, random: Random): string | undefined {
  const day = () => `${random.integer(1970, 2037)}-${two(random.integer(1, 12))}-${two(random.integer(1, 28))}`
  const time = () => `${two(random.integer(0, 23))}:${two(random.integer(0, 59))}:${two(random.integer(0, 59))}`
  switch (format) {
    case 'uuid': return `${hex(random, 8)}-${hex(random, 4)}-4${hex(random, 3)}-${random.pick(['8', '9', 'a', 'b'])}${hex(random, 3)}-${hex(random, 12)}`
    case 'date': return day()
    case 'time': return `${time()}Z`
    case 'date-time': return `${day()}T${time()}${random.pick(['Z', '.000Z', '+02:00', '.123456Z'])}`
    case 'duration': return `P${random.integer(1, 9)}DT${random.integer(1, 9)}H`
    case 'email':
    case 'idn-email': return `${word(random)}@example.com`
    case 'hostname':
    case 'idn-hostname': return `${word(random)}.example.com`
    case 'ipv4': return `192.0.2.${random.integer(0, 255)}`
    case 'ipv6': return `2001:db8::${hex(random, 4)}`
    case 'uri':
    case 'url':
    case 'iri': return `https://example.com/${word(random)}`
    case 'uri-reference':
    case 'iri-reference': return `/${word(random)}?q=1`
    case 'json-pointer': return `/${word(random)}/0`
    case 'regex': return '^a+$'
    case 'byte': return Buffer.from(word(random)).toString('base64')
    case 'int32':
    case 'int64': return String(random.integer(0, 1000))
    default: return undefined
  }
}

/** Texts near a format that are not of it, or that backends read in two ways. */
export function oddTextsOf (format: string): readonly string[] {
  return odd[format] ?? []
}

const odd: Readonly<Record<string, readonly string[]>> = {
  uuid: ['00000000-0000-0000-0000-000000000000', '00000000-0000-4000-8000-00000000000', '{00000000-0000-4000-8000-000000000000}', '000000000000400080000000000000000'],
  date: ['2023-02-29', '2024-02-29', '0000-01-01', '9999-12-31', '2024-13-01', '01/02/2024', '2024-1-1'],
  'date-time': ['2024-02-30T00:00:00Z', '2024-06-30T23:59:60Z', '2024-01-01', '2024-01-01T00:00:00', '2024-01-01 00:00:00Z', '2024-01-01T24:00:00Z', '2024-01-01T00:00:00+14:00', '1969-12-31T23:59:59.999Z', '+275760-09-13T00:00:00.001Z'],
  email: ['a@b', 'a b@example.com', '@example.com', 'a@', 'a@@example.com', '"a b"@example.com', 'A@EXAMPLE.COM', 'a+b@example.com', 'é@example.com'],
  uri: ['//example.com', 'example.com', 'javascript:alert(1)', 'http://[::1', 'https://example.com/a b'],
  ipv4: ['256.0.0.1', '1.2.3', '01.02.03.04', '127.1'],
  hostname: ['-a.example', 'a..b', 'localhost', 'a_b.example']
}

function word (random: Random): string {
  return Array.from({ length: random.integer(3, 10) }, () => random.pick([...letters])).join('')
}

function hex (random: Random, digits: number): string {
  return Array.from({ length: digits }, () => random.integer(0, 15).toString(16)).join('')
}

function two (value: number): string {
  return String(value).padStart(2, '0')
}
