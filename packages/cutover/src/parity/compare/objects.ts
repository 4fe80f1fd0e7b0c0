import type { JsonWalk } from './json-walk.ts'
import { place, type Place } from './place.ts'
import { stride, type Tape } from './tape.ts'
import { stringAt, valueAt } from './value.ts'

/**
 * Pairs the members of two objects by key, and adds what has no partner. A key given several times is
 * paired first with first, second with second; given more often on one side, which is a difference, its
 * last values are paired: those that most parsers keep.
 * @returns undefined when both have the same keys in the same order; else four numbers a pair
 */
export function pairsOfObjects (walk: JsonWalk, i: number, j: number, at: () => Place): readonly number[] | undefined {
  const { pair: { a, b }, findings } = walk
  if (haveSameKeys(walk, i, j)) return undefined
  const theirs = membersOf(b, j)
  const ours = membersOf(a, i)
  const pairs: number[] = []
  for (const [key, tokens] of ours) {
    const others = theirs.get(key)
    if (others === undefined) {
      findings.add('missing', place(at(), key), valueAt(a, tokens.at(-1)! + stride), undefined)
    } else if (others.length === tokens.length) {
      tokens.forEach((token, index) => pairs.push(token + stride, others[index]! + stride, token, 0))
    } else {
      findings.add('format', place(at(), key), valueAt(a, tokens.at(-1)! + stride), valueAt(b, others.at(-1)! + stride),
        `the key is given ${times(tokens.length)} by legacy and ${times(others.length)} by the candidate`)
      pairs.push(tokens.at(-1)! + stride, others.at(-1)! + stride, tokens.at(-1)!, 0)
    }
  }
  for (const [key, tokens] of theirs) {
    if (!ours.has(key)) findings.add('extra', place(at(), key), undefined, valueAt(b, tokens.at(-1)! + stride))
  }
  if (isReordered(ours, theirs)) {
    if (findings.plan.json.keyOrder === 'report') findings.add('order', at(), valueAt(a, i), valueAt(b, j), 'keys in another order')
    else findings.leaveOut('default', { reason: 'order of keys' }, 'order', at())
  }
  return pairs
}

function haveSameKeys ({ pair }: JsonWalk, i: number, j: number): boolean {
  const endA = pair.a.tokens[i + 3]!
  const endB = pair.b.tokens[j + 3]!
  let keyA = i + stride
  let keyB = j + stride
  while (keyA < endA && keyB < endB) {
    if (!pair.isSameText(keyA, keyB)) return false
    keyA = pair.a.tokens[keyA + stride + 3]!
    keyB = pair.b.tokens[keyB + stride + 3]!
  }
  return keyA === endA && keyB === endB
}

/** The tokens of each key, keys in the order of their first. */
function membersOf (tape: Tape, token: number): Map<string, number[]> {
  const members = new Map<string, number[]>()
  const end = tape.tokens[token + 3]!
  for (let key = token + stride; key < end; key = tape.tokens[key + stride + 3]!) {
    const name = stringAt(tape, key)
    const known = members.get(name)
    if (known === undefined) members.set(name, [key])
    else known.push(key)
  }
  return members
}

/** Whether the keys that both have come in another order. */
function isReordered (ours: ReadonlyMap<string, unknown>, theirs: ReadonlyMap<string, unknown>): boolean {
  const shared = [...theirs.keys()].filter(key => ours.has(key))
  let next = 0
  for (const key of ours.keys()) {
    if (theirs.has(key) && shared[next++] !== key) return true
  }
  return false
}

function times (count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`
}
