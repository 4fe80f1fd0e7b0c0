import { clopperPearson } from '../harness/statistics.ts'

/** How requests of one kind fell at one share. */
export interface Split {
  readonly kind: string
  /** Basis points. */
  readonly share: number
  readonly requests: number
  readonly candidate: number
}

/** Of how many splits one may be outside its interval by chance: one in a thousand. */
export const confidence = 0.999

/** Whether a split is not what its share makes likely: outside the 99.9 % Clopper–Pearson interval; at 0 and 100 % exact. */
export function isOutside ({ share, requests, candidate }: Split): boolean {
  if (requests === 0) return true
  if (share === 0) return candidate !== 0
  if (share === 10_000) return candidate !== requests
  const { low, high } = clopperPearson(candidate, requests, confidence)
  return share / 10_000 < low || share / 10_000 > high
}

/** Which side each user was on at a share, in the order in which the shares were set. */
export interface Step {
  readonly share: number
  /** One entry a user: true on the candidate. */
  readonly onCandidate: readonly boolean[]
}

/** Users who changed sides against the direction of the change, summed over all steps. */
export function countMoves (steps: readonly Step[]): { readonly onRaise: number, readonly onLower: number } {
  let onRaise = 0
  let onLower = 0
  for (const [place, step] of steps.entries()) {
    const before = steps[place - 1]
    if (before === undefined) continue
    step.onCandidate.forEach((now, user) => {
      const was = before.onCandidate[user]!
      if (step.share >= before.share && was && !now) onRaise++
      if (step.share <= before.share && !was && now) onLower++
    })
  }
  return { onRaise, onLower }
}
