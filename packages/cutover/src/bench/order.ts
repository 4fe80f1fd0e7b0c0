/**
 * The order of blocks in a round: forward and backward in turn (A B C, C B A, …), so that a drift
 * that is linear in time falls on all variants alike, with a first that moves on every second
 * round, so that none is always at the edge.
 */
export function orderOf<Name> (variants: readonly Name[], round: number): Name[] {
  const shift = Math.floor(round / 2) % variants.length
  const turned = [...variants.slice(shift), ...variants.slice(0, shift)]
  return round % 2 === 0 ? turned : turned.reverse()
}
