import type { Aliases } from '../alias.ts'
import { isInvented } from '../value-class.ts'

/** A text of fewer characters may be the same as another one by chance. */
const shortest = 4

/**
 * Binds what both sides derived for the same step, as what answers hold at the same place is: a signature or a code that
 * one side was sent may come back in its answers. Of objects, the texts in them that nobody would write.
 */
export function bindDerived (aliases: Aliases, legacy: Readonly<Record<string, unknown>> | undefined, candidate: Readonly<Record<string, unknown>> | undefined): void {
  for (const [name, ours] of Object.entries(legacy ?? {})) {
    const theirs = candidate?.[name]
    if (typeof ours === 'string' && typeof theirs === 'string') {
      if (ours !== theirs && ours.length >= shortest && theirs.length >= shortest) aliases.bind({ scope: '', legacy: ours, candidate: theirs })
    } else bindWithin(aliases, ours, theirs)
  }
}

function bindWithin (aliases: Aliases, ours: unknown, theirs: unknown): void {
  if (typeof ours === 'string' && typeof theirs === 'string') {
    if (ours !== theirs && isInvented(ours) && isInvented(theirs)) aliases.bind({ scope: '', legacy: ours, candidate: theirs })
    return
  }
  if (typeof ours !== 'object' || ours === null || typeof theirs !== 'object' || theirs === null) return
  for (const [key, value] of Object.entries(ours)) bindWithin(aliases, value, (theirs as Record<string, unknown>)[key])
}
