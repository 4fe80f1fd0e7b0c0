// Reads a journal with nothing of cutover's own, so that a fault there cannot hide itself here.

export interface Line {
  readonly at: string
  readonly kind: 'share' | 'rollback' | 'rollout'
  readonly feature: string
  readonly who: string
  readonly why: string
  readonly from?: number
  readonly to?: number
  readonly event?: string
  readonly rollout?: string
  readonly stage?: number
  readonly share?: number
  readonly stages?: readonly number[]
  readonly results?: ReadonlyArray<{ readonly gate: string, readonly verdict: string }>
}

export interface Stand {
  readonly share: number
  readonly rolledBack: boolean
}

export interface Read {
  readonly lines: readonly Line[]
  /** What stands after the last line break. */
  readonly torn: string
  /** What is wrong with whole lines. */
  readonly broken: readonly string[]
}

const shareIn = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 10_000

export function readLines (text: string): Read {
  const rows = text.split('\n')
  const torn = rows.pop()!
  const broken: string[] = []
  const lines = rows.flatMap((row, place): Line[] => {
    try {
      const line = JSON.parse(row) as Line
      if (typeof line.feature !== 'string' || Number.isNaN(Date.parse(line.at)) || typeof line.who !== 'string') throw new Error('says no feature, time or name')
      if (line.kind === 'rollout' ? typeof line.rollout !== 'string' || !Number.isInteger(line.stage) || !shareIn(line.share) : !shareIn(line.to) || !shareIn(line.from)) throw new Error('is not one')
      return [line]
    } catch (error) {
      broken.push(`line ${place + 1}: ${(error as Error).message}: ${row.slice(0, 120)}`)
      return []
    }
  })
  return { lines, torn, broken }
}

/** What is wrong with a journal after a restart, compared with what the kill left of it. */
export function unwhole (left: string, now: string): string[] {
  const [before, after] = [readLines(left), readLines(now)]
  const whole = left.slice(0, left.length - before.torn.length)
  return [
    ...before.broken,
    ...after.broken,
    ...(after.torn === '' ? [] : ['half a line is still there']),
    ...(now.startsWith(whole) ? [] : ['what was written before the kill is not there any more'])
  ]
}

/** Where every feature stands after these lines. */
export function standsAfter (lines: readonly Line[]): Map<string, Stand> {
  const stands = new Map<string, Stand>()
  for (const { kind, feature, to } of lines) if (kind !== 'rollout') stands.set(feature, { share: to!, rolledBack: kind === 'rollback' })
  return stands
}

/**
 * What is wrong with the shares of a gateway that was started again: they must be those of its journal as the kill left it,
 * or of that with what the new process wrote itself, each change of which begins where the journal had left the feature.
 */
export function unrestored (left: readonly Line[], now: readonly Line[], announced: ReadonlyMap<string, Stand>): string[] {
  const wrong: string[] = []
  const stands = standsAfter(left)
  for (const { kind, feature, from, to } of now.slice(left.length)) {
    if (kind === 'rollout') continue
    const before = stands.get(feature)?.share ?? 0
    if (from !== before) wrong.push(`${feature} was changed from ${from} to ${to}, but the journal had left it at ${before}`)
    stands.set(feature, { share: to!, rolledBack: kind === 'rollback' })
  }
  for (const [feature, { share, rolledBack }] of announced) {
    const possible = Array.from({ length: now.length - left.length + 1 }, (_, more) => standsAfter(now.slice(0, left.length + more)).get(feature) ?? { share: 0, rolledBack: false })
    if (!possible.some(each => each.share === share && each.rolledBack === rolledBack)) wrong.push(`${feature} came up at ${share}${rolledBack ? ' (rolled back)' : ''}, the journal says ${possible.map(each => each.share).join(' or ')}`)
  }
  return wrong
}

/** A rollout as a journal leaves it. */
export interface Course {
  readonly rollout: string
  readonly feature: string
  readonly stages: readonly number[]
  readonly stage: number
  /** `queued`, `started`, `stage`, `resumed`, `paused`, `skipped`, `failed`, `aborted` or `completed`. */
  readonly last: string
  /** Whether the feature was rolled back since. */
  readonly off: boolean
}

export function isOver ({ last }: Course): boolean {
  return last === 'failed' || last === 'aborted' || last === 'completed'
}

/** The newest rollout of each feature. */
export function coursesOf (lines: readonly Line[]): Map<string, Course> {
  const courses = new Map<string, Course>()
  for (const line of lines) {
    const { kind, feature, event, rollout, stage, stages } = line
    const before = courses.get(feature)
    if (kind === 'rollback' && before !== undefined && before.last !== 'queued') courses.set(feature, { ...before, off: true })
    if (kind !== 'rollout') continue
    if (event === 'queued') courses.set(feature, { rollout: rollout!, feature, stages: stages!, stage: 0, last: event, off: false })
    else if (before?.rollout === rollout) courses.set(feature, { ...before!, stage: stage!, last: event!, off: before!.off && event !== 'resumed' })
  }
  return courses
}

/**
 * Where the course of rollouts leaves its plan: a stage passed over, left before its time, on a gate that did not pass, a
 * share that no decision before it says, or one that goes on after a rollback.
 */
export function skippedIn (lines: readonly Line[], holdMs: number): string[] {
  const wrong: string[] = []
  const courses = new Map<string, { rollout: string, stages: readonly number[], stage: number, setAt: number | undefined, over: boolean }>()
  lines.forEach((line, place) => {
    const say = (what: string): void => { wrong.push(`line ${place + 1}: ${line.feature}: ${what}`) }
    const { feature, event, stage } = line
    const course = courses.get(feature)
    if (line.kind === 'rollback') {
      if (course !== undefined && course.stage >= 0) course.over = true
    } else if (line.kind === 'share') {
      if (line.who !== 'rollout') return
      if (course === undefined || course.over) say(`set to ${line.to} without a rollout under way`)
      else if (line.to !== course.stages[course.stage]) say(`set to ${line.to} in stage ${course.stage + 1}, which is ${course.stages[course.stage]}`)
      else course.setAt = Date.parse(line.at)
    } else if (event === 'queued') {
      courses.set(feature, { rollout: line.rollout!, stages: line.stages!, stage: -1, setAt: undefined, over: false })
    } else if (course?.rollout !== line.rollout) {
      say(`${event} of a rollout that was never asked for`)
    } else if (event === 'started' || event === 'stage' || event === 'completed') {
      if (course!.over) say(`${event} after it was over`)
      if (event === 'completed' ? stage !== course!.stages.length - 1 : stage !== course!.stage + 1) say(`${event} at stage ${stage! + 1} after stage ${course!.stage + 1}`)
      if (event !== 'started') {
        if (course!.setAt === undefined) say(`left stage ${course!.stage + 1}, which was never in effect`)
        // Times of the journal are whole milliseconds.
        else if (Date.parse(line.at) - course!.setAt < holdMs - 5) say(`left stage ${course!.stage + 1} after ${Date.parse(line.at) - course!.setAt} ms`)
        const silent = (line.results ?? []).filter(({ verdict }) => verdict !== 'pass').map(({ gate }) => gate)
        if ((line.results ?? []).length === 0 || silent.length > 0) say(`left stage ${course!.stage + 1} though not every gate passed: ${silent.join(', ') || 'none was asked'}`)
      }
      course!.stage = stage!
      course!.setAt = undefined
      if (event === 'completed') course!.over = true
    } else if (event === 'failed' || event === 'aborted') course!.over = true
  })
  return wrong
}
