/** Whether something smaller still shows what is looked for. */
export type Shows<T> = (smaller: T) => Promise<boolean>

/**
 * The fewest elements, in their order, that still show: delta debugging's ddmin (Zeller & Hildebrandt 2002), with
 * nothing at all asked first. None of those left can be taken away alone.
 */
export async function minimizeList<T> (items: readonly T[], shows: Shows<readonly T[]>): Promise<readonly T[]> {
  if (items.length === 0 || await shows([])) return []
  let kept = items
  let parts = 2
  while (kept.length > 1) {
    const size = Math.ceil(kept.length / parts)
    const smaller = await firstThatShows(candidates(kept, size, parts === 2), shows)
    if (smaller !== undefined) {
      // Of a half only the next halves are new; of a complement its own parts were tried at this size.
      parts = smaller.length <= size ? 2 : Math.max(parts - 1, 2)
      kept = smaller
    } else if (size === 1) break
    else parts = Math.min(parts * 2, kept.length)
  }
  return kept
}

/** What is left without one part; with halves each is the other's complement. From the end, where what is not needed stands most. */
function * candidates<T> (items: readonly T[], size: number, halves: boolean): Iterable<readonly T[]> {
  for (let end = items.length; end > 0; end -= size) {
    yield [...items.slice(0, Math.max(0, end - size)), ...items.slice(end)]
  }
  if (halves && items.length % size !== 0) yield items.slice(0, size)
}

async function firstThatShows<T> (all: Iterable<readonly T[]>, shows: Shows<readonly T[]>): Promise<readonly T[] | undefined> {
  for (const one of all) if (await shows(one)) return one
  return undefined
}
