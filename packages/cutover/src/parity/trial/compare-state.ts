import type { ComparisonConfig } from '../../config/comparison.ts'
import type { StateDump } from '../../state/state.ts'
import { Aliases } from '../alias.ts'
import type { Difference } from '../compare/difference.ts'
import { Findings, type Tally } from '../compare/findings.ts'
import { defaultJson, defaultLimits, makePlan, type Provision } from '../compare/plan.ts'
import { escapeKey } from '../compare/pointer.ts'
import type { NoiseProfile } from '../noise.ts'
import type { Column } from './state/column.ts'
import type { Knowledge } from './state/graph.ts'
import { noisyColumns, Observer, stateProvisions } from './state/noise.ts'
import { judgeNames, judgeWithin, newCursor, walkStates } from './state/walk.ts'

export interface CompareStatesOptions {
  /** What the answers of the same trial bound; it is not changed. */
  readonly aliases?: Aliases
  /** From {@link learnStateNoise}; without it nothing is noise, and any uuid, long token or serial number may be made up. */
  readonly noise?: NoiseProfile
  /** Those rules `ignore` and `tolerance` apply whose path begins with `/state/TABLE` and that name no routes. */
  readonly rules?: ComparisonConfig
  /** How far apart both sides may write a moment that is noise, ms; 60 000 when left out. */
  readonly withinMs?: number
}

/** What comparing two databases gave. */
export interface StateComparison {
  /** Pointers are `/TABLE/ROW/COLUMN`, ROW the index in legacy's dump; no more than the rules' limit. */
  readonly differences: readonly Difference[]
  /** How many there are, those not kept included. */
  readonly total: number
  readonly leftOut: readonly Tally[]
}

/**
 * Compares what two databases hold. Rows are paired by what they hold, and values that each side made up (keys, foreign
 * keys to them, tokens) by the rows that they name, whatever the order in which they were written. Pure.
 */
export function compareStates (legacy: StateDump, candidate: StateDump, options: CompareStatesOptions = {}): StateComparison {
  const { noise, rules, withinMs = 60_000 } = options
  const cursor = newCursor(copyOf(options.aliases))
  const provisions = [...ruleProvisions(rules), ...stateProvisions(noise ?? {}, cursor, withinMs)]
  const plan = makePlan(provisions, { json: { ...defaultJson, ...rules?.json }, limits: { ...defaultLimits, ...rules?.limits }, learned: noise !== undefined })
  const findings = new Findings(plan, {
    judge (at, one, other, mayBind) {
      return cursor.cell!.column.kind === 'json' ? judgeWithin(cursor, at, one, other, mayBind) : judgeNames(cursor)
    }
  })
  walkStates(legacy, candidate, knowledgeOf(legacy, noise), cursor, findings)
  return {
    differences: findings.differences,
    total: [...findings.counts.values()].reduce((sum, count) => sum + count, 0),
    leftOut: findings.tallies
  }
}

/**
 * Learns from the databases of legacy and its twin, after the same requests, what is noise; kept by table as `state TABLE`.
 * @param profile what is known so far; not changed
 */
export function learnStateNoise (profile: NoiseProfile, legacy: StateDump, twin: StateDump): NoiseProfile {
  const cursor = newCursor(new Aliases())
  const observer = new Observer(cursor)
  const known = knowledgeOf(legacy, profile)
  walkStates(legacy, twin, { ...known, isInvented: () => true }, cursor, observer.findings)
  const tables = new Set([...legacy.tables, ...twin.tables].map(({ name }) => name))
  return observer.addTo(profile, [...tables])
}

/** Noise of a uuid, a token or a text with one in it: both sides made it up. */
const made = ['uuid', 'token', 'template']

function knowledgeOf (dump: StateDump, noise: NoiseProfile | undefined): Knowledge {
  const noisy = noisyColumns(noise ?? {})
  const roots = new Map(dump.tables.flatMap(table => table.columns.flatMap(({ name, references }) => references === undefined ? [] : [[`${table.name}.${name}`, references] as const])))
  const patternOf = (table: string, column: string) => `/${escape(table)}/*/${escape(column)}`
  const isMade = (table: string, column: string, depth: number): boolean => {
    const classes = noisy.get(patternOf(table, column))
    if (classes !== undefined && made.some(name => classes.has(name))) return true
    const parent = roots.get(`${table}.${column}`)
    if (parent === undefined || depth > 10) return false
    const dot = parent.lastIndexOf('.')
    return isMade(parent.slice(0, dot), parent.slice(dot + 1), depth + 1)
  }
  return {
    isNoisy: (table, column) => noisy.has(patternOf(table, column.name)),
    isInvented: (table: string, column: Column) => noise === undefined || (column.scope !== undefined && column.scope !== '') || isMade(table, column.name, 0)
  }
}

function escape (name: string): string {
  return escapeKey(name).replaceAll('*', '~2')
}

function ruleProvisions (rules: ComparisonConfig | undefined): readonly Provision[] {
  const applies = (rule: { readonly path: string, readonly routes?: readonly string[] | undefined }) => rule.routes === undefined && rule.path.startsWith('/state/')
  const pattern = (path: string) => path.slice('/state'.length)
  return [
    ...(rules?.ignore ?? []).filter(applies).map(({ path, reason, kinds }): Provision => ({ pattern: pattern(path), because: 'rule', reason, effect: { type: 'ignore', kinds } })),
    ...(rules?.tolerance ?? []).filter(applies).map(({ path, reason, absolute, relative }): Provision => ({ pattern: pattern(path), because: 'rule', reason, effect: { type: 'tolerance', absolute: absolute ?? 0, relative: relative ?? 0 } }))
  ]
}

function copyOf (aliases: Aliases | undefined): Aliases {
  const copy = new Aliases()
  for (const alias of aliases?.all ?? []) copy.bind(alias)
  return copy
}
