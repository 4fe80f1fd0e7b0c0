import { canonicalNumber } from './number.ts'
import { array, number, object, string, stride, type Tape } from './tape.ts'
import { numberAt, stringAt } from './value.ts'

/**
 * The value by which an element of a keyed array is known.
 * @param by keys from the element down to the value
 * @returns a text that is equal for equal values; undefined when the element has no scalar there
 */
export function keyOf (tape: Tape, element: number, by: readonly string[]): string | undefined {
  const { tokens } = tape
  let at = element
  for (const key of by) {
    if (tokens[at] !== object) return undefined
    const end = tokens[at + 3]!
    let found = -1
    for (let member = at + stride; member < end; member = tokens[member + stride + 3]!) {
      if (stringAt(tape, member) === key) found = member + stride
    }
    if (found < 0) return undefined
    at = found
  }
  switch (tokens[at]) {
    case object:
    case array: return undefined
    case string: return JSON.stringify(stringAt(tape, at))
    case number: return canonicalNumber(numberAt(tape, at))
    default: return tape.bytes.toString('latin1', tokens[at + 1], tokens[at + 2])
  }
}

const names = ['id', '_id', 'uuid', 'key', 'name']

/** A number that is the same for elements that are probably the same thing, by kind and by what they are called. */
export function identityOf (tape: Tape, element: number): number {
  const kind = tape.tokens[element]!
  const key = kind === object ? names.map(name => keyOf(tape, element, [name])).find(found => found !== undefined) : undefined
  let hash = kind
  for (let i = 0; i < Math.min(key?.length ?? 0, 100); i++) hash = Math.imul(hash, 31) + key!.charCodeAt(i) | 0
  return hash
}

/** Whether an element is an object whose first member is an id. */
export function beginsWithId ({ tokens, bytes }: Tape, element: number): boolean {
  if (tokens[element] !== object || tokens[element + 3]! === element + stride) return false
  const kind = tokens[element + 2 * stride]!
  if (kind !== string && kind !== number) return false
  const start = tokens[element + stride + 1]!
  const end = tokens[element + stride + 2]!
  const from = bytes[start + 1] === 0x5f ? start + 2 : start + 1
  return end - from === 3 && bytes[from] === 0x69 && bytes[from + 1] === 0x64
}
