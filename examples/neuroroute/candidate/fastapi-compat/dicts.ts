import type { PythonDict, PythonValue } from './python-json.ts'
import { PythonFloat } from './python-numbers.ts'
import { Refusal } from './scalars.ts'

const notDict = new Refusal('type_error.dict', 'value is not a valid dict')

/** Whether a value of the parsed body is a dict. */
export function isDict (value: PythonValue): value is PythonDict {
  return value instanceof Map
}

/** The items of `dict(value)`: of a dict, or of a list of pairs, where a pair may be a text of two characters. */
export function toPairs (value: PythonValue): ReadonlyArray<readonly [PythonValue, PythonValue]> | Refusal {
  if (isDict(value)) return [...value]
  if (value === '') return []
  if (!Array.isArray(value)) return notDict
  const pairs = new Map<string, [PythonValue, PythonValue]>()
  for (const item of value as readonly PythonValue[]) {
    const [key, member, ...others] = elements(item)
    if (key === undefined || member === undefined || others.length > 0 || Array.isArray(key) || isDict(key)) return notDict
    const hash = hashOf(key)
    const known = pairs.get(hash)
    if (known) known[1] = member
    else pairs.set(hash, [key, member])
  }
  return [...pairs.values()]
}

function elements (value: PythonValue): readonly PythonValue[] {
  if (typeof value === 'string') return [...value]
  if (Array.isArray(value)) return value as readonly PythonValue[]
  return isDict(value) ? [...value.keys()] : []
}

/** `1`, `1.0` and `True` are one key. */
function hashOf (key: PythonValue): string {
  if (typeof key === 'string') return `s${key}`
  if (key instanceof PythonFloat) return `n${Number.isFinite(key.value) ? BigInt(key.value) : key.value}`
  return typeof key === 'boolean' ? `n${Number(key)}` : `n${String(key)}`
}
