/** Two lists of hashes, aligned: for each of the first the index of its partner in the second, -1 without one. */
export type Alignment = Int32Array

const cellsOfOne = 250_000

/**
 * Aligns two lists by a longest common subsequence, so that as few as possible stay without a partner.
 * Lists too long for that are split at what occurs once in both (patience diff) and aligned in between.
 * @param budget cells of tables that may be filled; what is used is taken off
 */
export function align (a: readonly number[], b: readonly number[], budget: { cells: number }): Alignment {
  if (!isAfter(a, b)) return alignInOrder(a, b, budget)
  // Ties are broken alike whichever side is which.
  const partners = new Int32Array(a.length).fill(-1)
  alignInOrder(b, a, budget).forEach((x, y) => {
    if (x >= 0) partners[x] = y
  })
  return partners
}

function isAfter (a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return a.length > b.length
  const index = a.findIndex((hash, at) => hash !== b[at])
  return index >= 0 && a[index]! > b[index]!
}

function alignInOrder (a: readonly number[], b: readonly number[], budget: { cells: number }): Alignment {
  const partners = new Int32Array(a.length).fill(-1)
  const open: Array<readonly [number, number, number, number]> = [[0, a.length, 0, b.length]]
  while (open.length > 0) {
    let [fromA, toA, fromB, toB] = open.pop()!
    while (fromA < toA && fromB < toB && a[fromA] === b[fromB]) partners[fromA++] = fromB++
    while (fromA < toA && fromB < toB && a[toA - 1] === b[toB - 1]) partners[--toA] = --toB
    const cells = (toA - fromA) * (toB - fromB)
    if (cells === 0) continue
    if (cells <= Math.min(cellsOfOne, budget.cells)) {
      budget.cells -= cells
      longest(a, fromA, toA, b, fromB, toB, partners)
      continue
    }
    let lastA = fromA
    let lastB = fromB
    for (const [anchorA, anchorB] of anchors(a, fromA, toA, b, fromB, toB)) {
      partners[anchorA] = anchorB
      open.push([lastA, anchorA, lastB, anchorB])
      lastA = anchorA + 1
      lastB = anchorB + 1
    }
    if (lastA > fromA) open.push([lastA, toA, lastB, toB])
  }
  return partners
}

function longest (a: readonly number[], fromA: number, toA: number, b: readonly number[], fromB: number, toB: number, partners: Int32Array): void {
  const width = toB - fromB + 1
  const lengths = new Uint16Array((toA - fromA + 1) * width)
  for (let i = toA - 1; i >= fromA; i--) {
    const row = (i - fromA) * width
    for (let j = toB - 1; j >= fromB; j--) {
      const cell = row + j - fromB
      const down = lengths[cell + width]!
      const right = lengths[cell + 1]!
      lengths[cell] = a[i] === b[j] ? lengths[cell + width + 1]! + 1 : down > right ? down : right
    }
  }
  let i = fromA
  let j = fromB
  while (i < toA && j < toB) {
    const cell = (i - fromA) * width + j - fromB
    if (a[i] === b[j]) partners[i++] = j++
    else if (lengths[cell + width]! >= lengths[cell + 1]!) i++
    else j++
  }
}

/** What occurs once on both sides, the longest run of it that rises on both. */
function anchors (a: readonly number[], fromA: number, toA: number, b: readonly number[], fromB: number, toB: number): ReadonlyArray<readonly [number, number]> {
  const inA = once(a, fromA, toA)
  const inB = once(b, fromB, toB)
  const shared: Array<readonly [number, number]> = []
  for (const [hash, index] of inA) {
    const other = inB.get(hash)
    if (index >= 0 && other !== undefined && other >= 0) shared.push([index, other])
  }
  shared.sort((one, two) => one[0] - two[0])
  const tops: number[] = []
  const before = new Int32Array(shared.length).fill(-1)
  for (let k = 0; k < shared.length; k++) {
    let low = 0
    let high = tops.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (shared[tops[middle]!]![1] < shared[k]![1]) low = middle + 1
      else high = middle
    }
    if (low > 0) before[k] = tops[low - 1]!
    tops[low] = k
  }
  const run: Array<readonly [number, number]> = []
  for (let k = tops.at(-1) ?? -1; k >= 0; k = before[k]!) run.push(shared[k]!)
  return run.reverse()
}

/** The index of each hash that occurs once; -1 for the others. */
function once (hashes: readonly number[], from: number, to: number): Map<number, number> {
  const found = new Map<number, number>()
  for (let index = from; index < to; index++) found.set(hashes[index]!, found.has(hashes[index]!) ? -1 : index)
  return found
}
