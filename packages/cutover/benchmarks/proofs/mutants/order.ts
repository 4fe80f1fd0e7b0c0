import type { Mutant } from './mutant.ts'

/**
 * The order in which faults are tried: the first of every category, then the second of every category, and so on. A run
 * that ends early has tried the small categories whole and the same number of all others, whatever it found.
 */
export function byTurns (mutants: readonly Mutant[]): readonly Mutant[] {
  const seen = new Map<string, number>()
  const placed = mutants.map(mutant => {
    const turn = seen.get(mutant.category) ?? 0
    seen.set(mutant.category, turn + 1)
    return { mutant, turn }
  })
  return placed.sort((a, b) => a.turn - b.turn).map(({ mutant }) => mutant)
}
