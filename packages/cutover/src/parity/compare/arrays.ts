import { align, type Alignment } from './align.ts'
import type { JsonWalk } from './json-walk.ts'
import { place, stateOf, type Place } from './place.ts'
import { isAboutArrays, met, type Provision } from './plan.ts'
import { beginsWithId, identityOf, keyOf } from './element-key.ts'
import { stride, type Tape } from './tape.ts'
import { valueAt } from './value.ts'

/** Arrays of the same length with more changed elements than this are compared by index. */
const alignedAtMost = 100_000

/**
 * Pairs the elements of two arrays and adds what has no partner. By default their order matters: elements
 * are aligned so that an inserted or removed one shifts the others without a difference; the same
 * elements in another order are one difference of the array.
 * @returns undefined to pair them by index; else four numbers a pair
 */
export function pairsOfArrays (walk: JsonWalk, i: number, j: number, at: () => Place): readonly number[] | undefined {
  const { pair: { a, b }, findings: { plan } } = walk
  const one = a.tokens[i + 3]! > i + stride && a.tokens[i + stride + 3] === a.tokens[i + 3]
  const other = b.tokens[j + 3]! > j + stride && b.tokens[j + stride + 3] === b.tokens[j + 3]
  if (one && other) return undefined
  const ours = elementsOf(a, i)
  const theirs = elementsOf(b, j)
  const rule = plan.arrays ? met(plan, stateOf(at(), plan.places)).find(({ effect }) => isAboutArrays(effect)) : undefined
  const lists = { ours, theirs, at }
  if (rule === undefined) return ordered(walk, lists, i, j)
  return rule.effect.type === 'keyed' ? keyed(walk, lists, rule, rule.effect.by) : unordered(walk, lists, rule, ours.map((_, x) => x), theirs.map((_, y) => y), [])
}

interface Lists {
  readonly ours: readonly number[]
  readonly theirs: readonly number[]
  at (): Place
}

function ordered (walk: JsonWalk, lists: Lists, i: number, j: number): readonly number[] | undefined {
  const { pair, findings } = walk
  const { ours, theirs, at } = lists
  const most = Math.min(ours.length, theirs.length)
  let from = 0
  while (from < most && pair.isSurelySame(ours[from]!, theirs[from]!)) from++
  let toA = ours.length
  let toB = theirs.length
  while (toA > from && toB > from && pair.isSurelySame(ours[toA - 1]!, theirs[toB - 1]!)) {
    toA--
    toB--
  }
  const pairs: number[] = []
  const couple = (x: number, y: number) => pairs.push(ours[x]!, theirs[y]!, x, y)
  // Runs of elements of both sides that are not byte for byte the same.
  const islands = toA === toB ? islandsOf(walk, lists, from, toA) : [[from, toA, from, toB] as const]
  const sides = islands.reduce((sum, [startA, endA]) => sum + endA - startA, 0)
  if (toA === toB && sides > alignedAtMost) return undefined
  if (islands.length === 1 && (sides <= 1 && toA === toB)) {
    couple(from, from)
    return pairs
  }
  if (islands.every(([startA, endA, startB, endB]) => endA === startA || endB === startB)) {
    for (const island of islands) gap(walk, lists, island, couple)
    return pairs
  }
  if (toA === toB && islands.every(([start, end]) => haveSameIds(walk, lists, start, end))) {
    for (const [start, end] of islands) for (let x = start; x < end; x++) couple(x, x)
    return pairs
  }
  const hashA = islands.map(([start, end]) => hashesOf(walk, lists, 'ours', start, end))
  const hashB = islands.map(([, , start, end]) => hashesOf(walk, lists, 'theirs', start, end))
  const flatA = hashA.flat()
  const flatB = hashB.flat()
  const known = new Set(flatB)
  if (ours.length === theirs.length && !flatA.some(hash => known.has(hash))) return undefined
  if (flatA.length > 1 && haveSame(flatA, flatB) && flatA.some((hash, k) => hash !== flatB[k])) {
    findings.add('order', at(), valueAt(pair.a, i), valueAt(pair.b, j))
    const all = (list: ReadonlyArray<readonly number[]>) => list.flatMap(([start, end]) => range(start!, end!))
    const partners = partnersOf(flatA, flatB)
    const indexA = all(islands.map(([start, end]) => [start, end]))
    const indexB = all(islands.map(([, , start, end]) => [start, end]))
    partners.forEach((y, x) => couple(indexA[x]!, indexB[y]!))
    return pairs
  }
  islands.forEach(([startA, endA, startB, endB], index) => {
    if (endA - startA === 1 && endB - startB === 1) return couple(startA, startB)
    eachGap(align(hashA[index]!, hashB[index]!, walk), islands[index]!, couple, inner => gap(walk, lists, inner, couple))
  })
  return pairs
}

type Island = readonly [startA: number, endA: number, startB: number, endB: number]

/** Runs of indexes at which the elements are not surely the same. */
function islandsOf ({ pair }: JsonWalk, { ours, theirs }: Lists, from: number, to: number): readonly Island[] {
  const islands: Island[] = []
  let start = -1
  for (let x = from; x <= to; x++) {
    const differs = x < to && !pair.isSurelySame(ours[x]!, theirs[x]!)
    if (differs && start < 0) start = x
    if (!differs && start >= 0) {
      islands.push([start, x, start, x])
      start = -1
    }
  }
  return islands
}

/** Between two aligned pairs: what has the same identity belongs together, of the rest as many as possible are taken as changed. */
function gap (walk: JsonWalk, lists: Lists, island: Island, couple: (x: number, y: number) => void): void {
  const [startA, endA, startB, endB] = island
  if (endA - startA < 2 && endB - startB < 2) return change(walk, lists, island, couple)
  const partners = align(identities(walk.pair.a, lists.ours, startA, endA), identities(walk.pair.b, lists.theirs, startB, endB), walk)
  eachGap(partners, island, couple, inner => change(walk, lists, inner, couple))
}

function change ({ pair, findings }: JsonWalk, { ours, theirs, at }: Lists, [startA, endA, startB, endB]: Island, couple: (x: number, y: number) => void): void {
  const both = Math.min(endA - startA, endB - startB)
  for (let k = 0; k < both; k++) couple(startA + k, startB + k)
  for (let x = startA + both; x < endA; x++) findings.add('missing', place(at(), x), valueAt(pair.a, ours[x]!), undefined)
  for (let y = startB + both; y < endB; y++) findings.add('extra', place(at(), y), undefined, valueAt(pair.b, theirs[y]!))
}

/** Couples what is aligned, and gives what lies between to another. */
function eachGap (partners: Alignment, [startA, endA, startB, endB]: Island, couple: (x: number, y: number) => void, between: (island: Island) => void): void {
  let lastA = startA
  let lastB = startB
  for (let x = startA; x <= endA; x++) {
    const partner = x === endA ? endB - startB : partners[x - startA]!
    if (partner < 0) continue
    const y = partner + startB
    if (x > lastA || y > lastB) between([lastA, x, lastB, y])
    if (x < endA) couple(x, y)
    lastA = x + 1
    lastB = y + 1
  }
}

/** Whether elements at the same index are records that begin with the same id, so that none has moved. */
function haveSameIds ({ pair }: JsonWalk, { ours, theirs }: Lists, start: number, end: number): boolean {
  for (let x = start; x < end; x++) {
    const i = ours[x]!
    const j = theirs[x]!
    if (!beginsWithId(pair.a, i) || !beginsWithId(pair.b, j) || !pair.isSameText(i + 2 * stride, j + 2 * stride)) return false
  }
  return true
}

function identities (tape: Tape, elements: readonly number[], start: number, end: number): number[] {
  return range(start, end).map(index => identityOf(tape, elements[index]!))
}

/** Elements are paired by what is equal, the rest in their order. */
function unordered (walk: JsonWalk, lists: Lists, rule: Provision, openA: readonly number[], openB: readonly number[], pairs: number[]): readonly number[] {
  const hashA = openA.map(x => walk.hashesA.ofElement(lists.ours[x]!, x, lists.at()))
  const hashB = openB.map(y => walk.hashesB.ofElement(lists.theirs[y]!, y, lists.at()))
  const partners = partnersOf(hashA, hashB)
  const restA = openA.filter((_, x) => partners[x]! < 0)
  const taken = new Set(partners)
  const restB = openB.filter((_, y) => !taken.has(y))
  let moved = false
  let last = -1
  partners.forEach((y, x) => {
    if (y < 0) return
    moved ||= y < last
    last = y
    pairs.push(lists.ours[openA[x]!]!, lists.theirs[openB[y]!]!, openA[x]!, openB[y]!)
  })
  const both = Math.min(restA.length, restB.length)
  for (let k = 0; k < both; k++) pairs.push(lists.ours[restA[k]!]!, lists.theirs[restB[k]!]!, restA[k]!, restB[k]!)
  for (const x of restA.slice(both)) walk.findings.add('missing', place(lists.at(), x), valueAt(walk.pair.a, lists.ours[x]!), undefined)
  for (const y of restB.slice(both)) walk.findings.add('extra', place(lists.at(), y), undefined, valueAt(walk.pair.b, lists.theirs[y]!))
  if (moved) walk.findings.leaveOut(rule.because, rule, 'order', lists.at())
  return pairs
}

/** Elements are paired by a value in them; those without one, or with the same as another, as if unordered. */
function keyed (walk: JsonWalk, lists: Lists, rule: Provision, by: readonly string[]): readonly number[] {
  const keysA = keysOf(walk.pair.a, lists.ours, by)
  const keysB = keysOf(walk.pair.b, lists.theirs, by)
  const pairs: number[] = []
  const openA: number[] = []
  const openB: number[] = []
  let moved = false
  let last = -1
  keysA.list.forEach((key, x) => {
    const y = key === undefined ? undefined : keysB.index.get(key)
    if (key === undefined || keysA.index.get(key) === -1 || y === -1) openA.push(x)
    else if (y === undefined) walk.findings.add('missing', place(lists.at(), x), valueAt(walk.pair.a, lists.ours[x]!), undefined, `with the key ${key}`)
    else {
      moved ||= y < last
      last = y
      pairs.push(lists.ours[x]!, lists.theirs[y]!, x, y)
    }
  })
  keysB.list.forEach((key, y) => {
    if (key === undefined || keysB.index.get(key) === -1 || keysA.index.get(key) === -1) openB.push(y)
    else if (!keysA.index.has(key)) walk.findings.add('extra', place(lists.at(), y), undefined, valueAt(walk.pair.b, lists.theirs[y]!), `with the key ${key}`)
  })
  if (moved) walk.findings.leaveOut(rule.because, rule, 'order', lists.at())
  return openA.length + openB.length === 0 ? pairs : unordered(walk, lists, rule, openA, openB, pairs)
}

function keysOf (tape: Tape, elements: readonly number[], by: readonly string[]): { list: ReadonlyArray<string | undefined>, index: ReadonlyMap<string, number> } {
  const list = elements.map(token => keyOf(tape, token, by))
  const index = new Map<string, number>()
  list.forEach((key, at) => key !== undefined && index.set(key, index.has(key) ? -1 : at))
  return { list, index }
}

function hashesOf (walk: JsonWalk, lists: Lists, side: 'ours' | 'theirs', start: number, end: number): number[] {
  const hashes = side === 'ours' ? walk.hashesA : walk.hashesB
  return range(start, end).map(index => hashes.ofElement(lists[side][index]!, index, lists.at()))
}

/** For each hash the index of an equal one on the other side, each given once; -1 without one. */
function partnersOf (a: readonly number[], b: readonly number[]): number[] {
  const free = new Map<number, number[]>()
  for (let y = b.length - 1; y >= 0; y--) {
    const list = free.get(b[y]!)
    if (list === undefined) free.set(b[y]!, [y])
    else list.push(y)
  }
  return a.map(hash => free.get(hash)?.pop() ?? -1)
}

function haveSame (a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && partnersOf(a, b).every(y => y >= 0)
}

function range (start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, k) => start + k)
}

function elementsOf (tape: Tape, token: number): number[] {
  const elements: number[] = []
  const end = tape.tokens[token + 3]!
  for (let at = token + stride; at < end; at = tape.tokens[at + 3]!) elements.push(at)
  return elements
}
