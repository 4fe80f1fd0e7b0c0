import type { PythonValue } from './python-json.ts'
import { codePoints, strip, toAsciiDigits } from './python-numbers.ts'
import { Refusal } from './scalars.ts'

const USUAL = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const HEXADECIMAL = /^[+-]?(?:0x_?)?[0-9a-f]+(?:_[0-9a-f]+)*$/i
const notUuid = new Refusal('type_error.uuid', 'value is not a valid uuid')

/** `uuid_validator`: whatever `uuid.UUID(text)` takes, as the usual text in lower case. */
export function toUuid (value: PythonValue): string | Refusal {
  if (typeof value !== 'string') return notUuid
  if (USUAL.test(value)) return value
  const bare = value.replaceAll('urn:', '').replaceAll('uuid:', '').replace(/^[{}]+|[{}]+$/g, '').replaceAll('-', '')
  if (codePoints(bare) !== 32) return notUuid
  const digits = toAsciiDigits(strip(bare))
  if (!HEXADECIMAL.test(digits)) return notUuid
  const number = BigInt(`0x${digits.replace(/^[+-]/, '').replace(/^0x/i, '').replaceAll('_', '')}`)
  if (digits.startsWith('-') && number !== 0n) return notUuid
  const hex = number.toString(16).padStart(32, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
