import type { Progress } from './state.ts'

/** What a stage needs beside its gates. */
export interface StageNeeds {
  readonly holdMs: number
  readonly minimumRequests: number
}

/**
 * What keeps a rollout in its stage, for a person.
 * @param known whether the evidence could be read just now
 * @returns undefined when nothing does
 */
export function waitingFor ({ heldSince, requests, results, skip }: Progress, { holdMs, minimumRequests }: StageNeeds, now: number, known: boolean): string | undefined {
  if (!known) return 'holds: its evidence cannot be read now'
  if (results.length === 0) return 'holds: no gate has been asked yet'
  const failing = results.filter(({ verdict }) => verdict === 'fail').map(({ gate }) => gate)
  if (failing.length > 0) return `${failing.join(', ')} failed`
  // Somebody gave a reason not to wait: for time, for requests, or for gates that have no data. A gate that fails is never passed over.
  if (skip !== undefined) return undefined
  const remaining = Math.ceil((holdMs - (now - heldSince!)) / 1000)
  const silent = results.filter(({ verdict }) => verdict !== 'pass').map(({ gate }) => gate)
  const wants = [
    ...(now - heldSince! < holdMs ? [`${Math.max(1, remaining)} s more`] : []),
    ...(requests < minimumRequests ? [requestsText(minimumRequests - requests)] : []),
    ...(silent.length > 0 ? [`${silent.join(', ')} to pass`] : [])
  ]
  return wants.length === 0 ? undefined : `waits for ${wants.join(', ')}`
}

function requestsText (count: number): string {
  return `${count.toLocaleString('en-US')} more ${count === 1 ? 'request' : 'requests'}`
}
