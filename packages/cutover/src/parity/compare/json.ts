import { pairsOfArrays } from './arrays.ts'
import type { Findings } from './findings.ts'
import { Hashes } from './hash.ts'
import { JsonPair } from './json-pair.ts'
import type { JsonWalk } from './json-walk.ts'
import { pairsOfObjects } from './objects.ts'
import { place, stateOf, type Place } from './place.ts'
import { met } from './plan.ts'
import { array, isTape, no, number, object, readTape, string, stride, yes, type Tape } from './tape.ts'
import { stringAt, valueAt, type Value } from './value.ts'
import { tokensSay } from './web-token.ts'

/** Two containers that are being compared, and how far. */
interface Frame {
  isObject: boolean
  /** The next tokens, when both sides are walked in step. */
  nextA: number
  nextB: number
  endA: number
  /** Four numbers a pair, when they are not: both values, then the key's token, or both indexes. */
  pairs: readonly number[] | undefined
  nextPair: number
  /** The key's token, or legacy's index, of the values in hand. */
  key: number
  other: number
  place: Place | undefined
}

const cellsAtMost = 4_000_000

/**
 * Compares two JSON texts place by place. Objects are compared by key, arrays by an alignment of their
 * elements; nesting of any depth and texts of any size take time in proportion to their length.
 * @param root where the texts stand
 */
export function compareTapes (a: Tape, b: Tape, root: Place, findings: Findings): void {
  const pair = new JsonPair(a, b)
  const walk: JsonWalk = { pair, findings, hashesA: new Hashes(a, findings.plan), hashesB: new Hashes(b, findings.plan), cells: cellsAtMost }
  const frames: Frame[] = []
  let depth = 0
  const here = (): Place => depth === 0 ? root : placeAt(frames, depth - 1, a, root)
  let container: Place | undefined
  const at = (): Place => {
    container ??= here()
    return container
  }
  let i = 0
  let j = 0
  for (;;) {
    const kind = a.tokens[i]!
    const otherKind = b.tokens[j]!
    if (kind !== otherKind) {
      const both = (kind === yes || kind === no) && (otherKind === yes || otherKind === no)
      if (findings.isFull) findings.count(both ? 'value' : 'type')
      else findings.add(both ? 'value' : 'type', here(), valueAt(a, i), valueAt(b, j))
    } else if (kind === string) {
      if (!pair.isSameText(i, j)) differentStrings(walk, here, i, j)
    } else if (kind === number) {
      if (!pair.isSameText(i, j)) differentNumbers(walk, here, i, j)
    } else if ((kind === object || kind === array) && !pair.isShared(i, j)) {
      const frame = frames[depth] ??= newFrame()
      frame.isObject = kind === object
      frame.nextA = i + stride
      frame.nextB = j + stride
      frame.endA = a.tokens[i + 3]!
      frame.key = -1
      frame.other = -1
      frame.nextPair = 0
      container = undefined
      frame.pairs = kind === object ? pairsOfObjects(walk, i, j, at) : pairsOfArrays(walk, i, j, at)
      frame.place = container
      depth++
    }
    // On to the next pair of values.
    for (;;) {
      if (depth === 0) return
      const frame = frames[depth - 1]!
      if (frame.pairs !== undefined) {
        const { pairs, nextPair } = frame
        if (nextPair < pairs.length) {
          i = pairs[nextPair]!
          j = pairs[nextPair + 1]!
          frame.key = pairs[nextPair + 2]!
          frame.other = pairs[nextPair + 3]!
          frame.nextPair = nextPair + 4
          break
        }
      } else if (frame.nextA < frame.endA) {
        if (frame.isObject) {
          frame.key = frame.nextA
          i = frame.nextA + stride
          j = frame.nextB + stride
        } else {
          frame.key++
          frame.other++
          i = frame.nextA
          j = frame.nextB
        }
        frame.nextA = a.tokens[i + 3]!
        frame.nextB = b.tokens[j + 3]!
        break
      }
      depth--
    }
  }
}

/**
 * Adds the difference of two texts. JSON Web Tokens are compared by what they say, below the place of the token: `claims/exp`;
 * where they say the same, or only what each side makes up, they differ as texts do.
 */
export function addTexts (kind: 'value' | 'header', at: Place, legacy: Value, candidate: Value, findings: Findings): void {
  const said = tokensSay(legacy.text, candidate.text, !findings.plan.learned)
  const { plan } = findings
  const isIgnored = said !== undefined && !plan.places.empty && met(plan, stateOf(at, plan.places)).some(({ effect }) => effect.type === 'ignore')
  if (said !== undefined && !isIgnored) {
    const before = findings.differences.length
    const [a, b] = said.map(readTape)
    if (isTape(a!) && isTape(b!)) compareTapes(a, b, at, findings)
    if (findings.differences.length > before) return
  }
  findings.add(kind, at, legacy, candidate)
}

function differentStrings ({ pair, findings }: JsonWalk, at: () => Place, i: number, j: number): void {
  if (!pair.isSameString(i, j)) {
    if (findings.isFull) findings.count('value')
    else addTexts('value', at(), valueAt(pair.a, i), valueAt(pair.b, j), findings)
  } else if (findings.plan.json.escapes === 'report') {
    findings.add('format', at(), valueAt(pair.a, i), valueAt(pair.b, j), 'escaped in another way')
  } else {
    findings.leaveOut('default', { reason: 'escapes of a string' }, 'format', at())
  }
}

function differentNumbers ({ pair, findings }: JsonWalk, at: () => Place, i: number, j: number): void {
  if (!pair.isSameNumber(i, j)) {
    if (findings.isFull) findings.count('value')
    else findings.add('value', at(), valueAt(pair.a, i), valueAt(pair.b, j))
  } else if (findings.plan.json.numberSpelling === 'report') {
    findings.add('format', at(), valueAt(pair.a, i), valueAt(pair.b, j), 'the same number in another spelling')
  } else {
    findings.leaveOut('default', { reason: 'spelling of a number' }, 'format', at())
  }
}

/** The place of the values in hand of a frame; places are made from the outermost frame without one. */
function placeAt (frames: readonly Frame[], last: number, a: Tape, root: Place): Place {
  let from = last
  while (from > 0 && frames[from]!.place === undefined) from--
  let at = frames[from]!.place ?? root
  for (let level = from; ; level++) {
    const frame = frames[level]!
    frame.place = at
    at = frame.isObject ? place(at, stringAt(a, frame.key)) : place(at, frame.key, frame.other)
    if (level === last) return at
  }
}

function newFrame (): Frame {
  return { isObject: false, nextA: 0, nextB: 0, endA: 0, pairs: undefined, nextPair: 0, key: -1, other: -1, place: undefined }
}
