import type { Finding } from '../../../src/parity/finding.ts'
import { bound, type Figure } from '../../harness/figure.ts'
import { machine } from '../../harness/machine.ts'
import type { Hunt } from './hunt.ts'
import { categories, type Mutant } from './mutant.ts'

/** A fault with which the candidate started, and what was said of it. */
export interface Planted extends Hunt {
  readonly mutant: Mutant
}

/** A fault with which the candidate did not start: it does not count. */
export interface Unplanted {
  readonly name: string
  readonly reason: string
}

export interface Results {
  readonly planted: readonly Planted[]
  readonly unplanted: readonly Unplanted[]
  /** Of the candidate without a fault. */
  readonly clean: readonly Hunt[]
  /** How many of those there should be. */
  readonly cleanRuns: number
  /** Faults there are. */
  readonly listed: number
  /** Causes that the candidate shows without a fault, confirmed or not. */
  readonly control: number
  readonly seed: number
}

/** Makes the figure of what was found. */
export function figureOf ({ planted, unplanted, clean, cleanRuns, listed, control, seed }: Results): Figure {
  const caught = planted.filter(({ by }) => by !== undefined)
  const missed = planted.filter(({ by }) => by === undefined)
  const isWhole = clean.length === cleanRuns && clean.every(({ failed, whole }) => whole && failed.length === 0)
  const falseOnes = clean.flatMap((result, run) => result.findings.map(finding => ({ run: run + 1, ...brief(finding) })))
  const silent = [...new Set([...planted, ...clean].flatMap(({ fuzzNote }) => fuzzNote === undefined ? [] : [fuzzNote]))]
  return {
    figure: 'mutants',
    bounds: [
      bound('planted', '>= 120', planted.length),
      bound('caught', '>= 0.98', planted.length === 0 ? null : caught.length / planted.length),
      bound('false_differences', '== 0', falseOnes.length > 0 || isWhole ? falseOnes.length : null)
    ],
    listed,
    caught_by: { verify: caught.filter(({ by }) => by === 'verify').length, fuzz: caught.filter(({ by }) => by === 'fuzz').length },
    missed: missed.map(({ mutant: { name, category }, unconfirmed, failed }) => ({ name, category, unconfirmed: unconfirmed.map(brief), failed })),
    categories: Object.fromEntries(categories.map(category => [category, {
      planted: planted.filter(({ mutant }) => mutant.category === category).length,
      caught: caught.filter(({ mutant }) => mutant.category === category).length
    }])),
    catches: caught.map(({ mutant: { name, category }, by, findings, verifyMs, fuzzMs }) => ({ name, category, by, seconds: Math.round((verifyMs + (fuzzMs ?? 0)) / 100) / 10, ...brief(findings[0]!) })),
    not_planted: unplanted,
    clean_runs: clean.length,
    clean_fuzz_seconds: Math.round(clean.reduce((sum, { fuzzMs = 0 }) => sum + fuzzMs, 0) / 1000),
    clean_unconfirmed: clean.reduce((sum, { unconfirmed }) => sum + unconfirmed.length, 0),
    clean_failed: [...new Set(clean.flatMap(({ failed }) => failed))],
    false_details: falseOnes,
    control_causes: control,
    seed,
    notes: [
      ...silent.map(note => `fuzz was of no help in some runs: ${note}`),
      ...planted.length + unplanted.length < listed ? [`${listed - planted.length - unplanted.length} of ${listed} faults were not tried; those that were are the first of every category in turn`] : [],
      ...isWhole ? [] : [`of ${cleanRuns} clean runs, ${clean.length} were made; the figure of false differences holds for whole ones only`]
    ],
    method: 'each fault alone in a copy of the candidate, started anew on its own clone; verify with all scenarios until its first confirmed finding, else fuzz from the candidate\'s OpenAPI; each at most 60 s, nothing learned from one fault to the next; what the candidate shows without a fault, too, is no catch',
    machine: machine()
  }
}

/** A line of progress. */
export function shown (one: Planted | Unplanted): string {
  if (!('mutant' in one)) return `not planted: ${one.name}: ${one.reason}`
  const seconds = ((one.verifyMs + (one.fuzzMs ?? 0)) / 1000).toFixed(1)
  const found = one.findings[0]
  const said = found === undefined ? `MISSED${one.unconfirmed.length > 0 ? ` (${one.unconfirmed.length} unconfirmed)` : ''}` : `${one.by}: ${found.case}: ${found.endpoint} ${found.message}`
  return `${one.mutant.category}: ${one.mutant.name}, ${seconds} s, ${said}`
}

/** What a reader needs of a finding. */
export function brief ({ case: name, kind, endpoint, message, difference }: Finding): Readonly<Record<string, unknown>> {
  return { case: name, kind, endpoint, message, ...(difference !== undefined && { legacy: difference.legacy?.text, candidate: difference.candidate?.text }) }
}
