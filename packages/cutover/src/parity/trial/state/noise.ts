import type { DifferenceKind } from '../../compare/difference.ts'
import { Findings, type Pairing } from '../../compare/findings.ts'
import { patternOf } from '../../compare/place.ts'
import { strictPlan, type Provision } from '../../compare/plan.ts'
import { formsKept, noiseProvisions, type EndpointNoise, type NoiseEntry, type NoiseProfile } from '../../noise.ts'
import { classify } from '../../value-class.ts'
import { classOf, momentOf, type Column } from './column.ts'
import { judgeNames, judgeWithin, type CellPair, type Cursor } from './walk.ts'

const prefix = 'state '
const dayMs = 24 * 60 * 60 * 1000

/** The name under which noise of a table is kept. */
export function noiseName (table: string): string {
  return `${prefix}${table}`
}

/** Whether an entry is about a column itself, not about a place in its JSON. */
function isOfColumn ({ pattern }: NoiseEntry): boolean {
  return pattern.split('/').length === 4
}

/** The classes of noise of each column, its JSON included, by the column's pattern. */
export function noisyColumns (profile: NoiseProfile): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>()
  for (const { entries } of ofStates(profile)) {
    for (const entry of entries) {
      const column = entry.pattern.split('/').slice(0, 4).join('/')
      found.set(column, (found.get(column) ?? new Set()).add(entry.class))
    }
  }
  return found
}

function ofStates (profile: NoiseProfile): readonly EndpointNoise[] {
  return Object.entries(profile).flatMap(([name, noise]) => name.startsWith(prefix) ? [noise] : [])
}

/**
 * What was learned of all tables, for a plan: a noisy value must be of the same class and form, a moment near legacy's,
 * and the row written to on both sides or on none.
 * @param withinMs how far the moments of both sides may be apart
 */
export function stateProvisions (profile: NoiseProfile, cursor: Cursor, withinMs: number): readonly Provision[] {
  return Object.keys(profile).filter(name => name.startsWith(prefix)).flatMap(name => {
    const { entries } = profile[name]!
    const inside = noiseProvisions({ [name]: { ...profile[name]!, entries: entries.filter(entry => !isOfColumn(entry)) } }, name)
    return [...inside, ...entries.filter(isOfColumn).map((entry): Provision => ({
      pattern: entry.pattern,
      because: 'noise',
      reason: entry.class,
      effect: {
        type: 'noise',
        name: entry.class,
        bindable: true,
        covers: () => cursor.cell !== undefined && isCovered(entry, cursor.cell, withinMs)
      }
    }))]
  })
}

function isCovered (entry: NoiseEntry, { column, legacy, candidate, oneSided }: CellPair, withinMs: number): boolean {
  if (oneSided) return false
  const a = classOf(column, legacy)
  const b = classOf(column, candidate)
  if (a?.class !== entry.class || b?.class !== entry.class) return false
  if (a.class !== 'number' && a.form !== b.form && (a.class === 'template' || !entry.forms.includes(b.form))) return false
  return a.class !== 'timestamp' || isNear(column, legacy, candidate, withinMs)
}

function isNear (column: Column, legacy: string, candidate: string, withinMs: number): boolean {
  const a = momentOf(column, legacy)
  const b = momentOf(column, candidate)
  if (a === undefined || b === undefined) return true
  // Two sides may write a date on both sides of midnight.
  return Math.abs(a - b) <= (/^[\d-]+$/.test(legacy) && legacy.length === 10 && column.kind !== 'number' ? dayMs : withinMs)
}

/** Gathers what differs between legacy and its twin. */
export class Observer {
  readonly findings: Findings
  readonly #entries = new Map<string, NoiseEntry>()
  readonly #cursor: Cursor

  constructor (cursor: Cursor) {
    this.#cursor = cursor
    this.findings = new Findings(strictPlan, { judge: (...values) => this.#judge(...values) })
  }

  #judge (...[at, legacy, candidate, mayBind]: Parameters<Pairing['judge']>): ReturnType<Pairing['judge']> {
    const { column, legacy: a, candidate: b, oneSided } = this.#cursor.cell!
    // What only one of them wrote is no noise.
    if (oneSided) return 'unknown'
    if (column.kind === 'json') {
      const one = classify(legacy)
      const other = classify(candidate)
      if (one === undefined || other === undefined || one.class !== other.class || legacy.type !== candidate.type) return 'unknown'
      if (one.class === 'template' && one.form !== other.form) return 'unknown'
      judgeWithin(this.#cursor, at, legacy, candidate, mayBind)
      this.#add({ pattern: patternOf(at), class: one.class, type: legacy.type, forms: [one.form, other.form], count: 1 })
      return 'paired'
    }
    const verdict = judgeNames(this.#cursor)
    // A number that names a row is bound to its partner, it is no noise.
    if (verdict === 'conflict' || (column.scope !== undefined && column.scope !== '')) return verdict
    const one = classOf(column, a)
    const other = classOf(column, b)
    if (one === undefined || one.class !== other?.class || (one.class === 'template' && one.form !== other.form)) return verdict
    this.#add({ pattern: patternOf(at), class: one.class, type: legacy.type, forms: [one.form, other.form], count: 1 })
    return 'paired'
  }

  #add (entry: NoiseEntry): void {
    merge(this.#entries, entry)
  }

  /** The profile with what was gathered. */
  addTo (profile: NoiseProfile, tables: readonly string[]): NoiseProfile {
    const result: Record<string, EndpointNoise> = { ...profile }
    for (const table of tables) {
      const name = noiseName(table)
      const at = patternOf({ parent: undefined, segment: table, other: undefined, depth: 1, state: undefined })
      const isOwn = ({ pattern }: { readonly pattern: string }) => pattern === at || pattern.startsWith(`${at}/`)
      const before = Object.hasOwn(profile, name) ? profile[name]! : { pairs: 0, entries: [], unstable: [] }
      const entries = new Map(before.entries.map(entry => [keyOf(entry), entry]))
      for (const entry of this.#entries.values()) if (isOwn(entry)) merge(entries, entry)
      const unstable = new Map(before.unstable.map(one => [`${one.kind} ${one.pattern}`, one]))
      for (const { kind, pattern, pointer } of this.findings.differences.filter(isOwn)) {
        if (kind === 'order') {
          merge(entries, { pattern, class: 'order', type: 'array', forms: [], count: 1 })
          continue
        }
        const known = unstable.get(`${kind} ${pattern}`)
        unstable.set(`${kind} ${pattern}`, { pattern, kind: kind satisfies DifferenceKind, count: (known?.count ?? 0) + 1, example: known?.example ?? pointer })
      }
      result[name] = { pairs: before.pairs + 1, entries: [...entries.values()], unstable: [...unstable.values()] }
    }
    return result
  }
}

function merge (entries: Map<string, NoiseEntry>, entry: NoiseEntry): void {
  const known = entries.get(keyOf(entry))
  const forms = new Set([...known?.forms ?? [], ...entry.forms])
  entries.set(keyOf(entry), { ...entry, forms: [...forms].slice(0, formsKept), count: (known?.count ?? 0) + entry.count })
}

function keyOf (entry: Pick<NoiseEntry, 'pattern' | 'class' | 'type'>): string {
  return `${entry.class} ${entry.type} ${entry.pattern}`
}
