import type { Sides } from '../trial/side.ts'
import type { Gathered } from './gathered.ts'

export interface ReplayFacts {
  readonly gathered: Gathered
  /** What could not be read, in words, with how often. */
  readonly unread: ReadonlyMap<string, number>
  /** Names of cookies that were left out. */
  readonly cookies: ReadonlySet<string>
  readonly sessions: { readonly finished: number, readonly all: number, readonly resumed: number }
  /** Why a side that died did not come up again. */
  readonly down: string | undefined
  readonly aborted: boolean
  readonly hasProgress: boolean
  readonly unwritten: Error | undefined
  readonly lateMs: number
  readonly sides: Sides
}

/** What a reader of a replay's report must know, a line each. */
export function replayNotes ({ gathered, unread, cookies, sessions, down, aborted, hasProgress, unwritten, lateMs, sides }: ReplayFacts): readonly string[] {
  const notes: string[] = []
  if (down !== undefined) notes.push(`It ended early: ${down}`)
  if (aborted) notes.push(`It was stopped after ${sessions.finished} of ${many(sessions.all, 'session')}.`)
  if ((aborted || down !== undefined) && hasProgress) notes.push('--resume goes on after the last session that was finished.')
  if (sessions.resumed > 0) {
    notes.push(`${many(sessions.resumed, 'session')} of an earlier run ${sessions.resumed === 1 ? 'is' : 'are'} in this report.` +
      (sides.legacy.state === undefined ? '' : ' The databases were cloned anew: what those sessions stored was not there.'))
  }
  for (const [reason, count] of gathered.skipped) notes.push(`${many(count, 'request')} not sent: ${reason}.`)
  if (cookies.size > 0) {
    const names = [...cookies].slice(0, 5).join(', ')
    notes.push(`Cookies were left out whose values were redacted and no recorded answer gives: ${names}${cookies.size > 5 ? ', …' : ''}. Give them with --secret NAME=….`)
  }
  for (const [what, count] of unread) notes.push(`Of the recording, ${count === 1 ? '' : `${count} times `}${what}.`)
  if (gathered.strayed > 0) {
    notes.push(`Legacy answered ${gathered.strayed} of ${many(gathered.requests, 'request')} with another status than when it was recorded: its data is not what it was then. Backends are still compared with each other.`)
  }
  if (sides.twin === undefined) notes.push('There was no twin of legacy, so that nothing was learned as noise.')
  if (gathered.unstable > 0) notes.push(`${many(gathered.unstable, 'difference')} left out: legacy and its own twin differ there too.`)
  if (lateMs > 1000) notes.push(`The recorded pace was not kept: at worst a request was sent ${(lateMs / 1000).toFixed(1)} s late.`)
  if (unwritten !== undefined) notes.push(`The progress could not be kept, so that --resume would begin anew: ${unwritten.message}.`)
  return notes
}

function many (count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
