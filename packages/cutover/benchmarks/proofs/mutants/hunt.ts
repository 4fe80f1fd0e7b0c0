import { formatRoute } from '../../../src/config/route.ts'
import { loadApi } from '../../../src/parity/fuzz/openapi/load.ts'
import { fuzz } from '../../../src/parity/fuzz/fuzz.ts'
import type { Finding, ParityReport } from '../../../src/parity/finding.ts'
import type { Sides } from '../../../src/parity/trial/side.ts'
import { verify } from '../../../src/parity/verify/verify.ts'
import type { Stage } from './stage.ts'

/** What `verify` and `fuzz` said of one candidate. */
export interface Hunt {
  /** Which of the two found something first; undefined when none did. */
  readonly by?: 'verify' | 'fuzz'
  /** Those that showed again, and that the candidate without a fault does not show. */
  readonly findings: readonly Finding[]
  /** Those that did not. */
  readonly unconfirmed: readonly Finding[]
  /** Scenarios that could not be run, with why. */
  readonly failed: readonly string[]
  /** Whether `verify` came to its end. */
  readonly whole: boolean
  readonly verifyMs: number
  /** Undefined when it was not needed, or could not be asked. */
  readonly fuzzMs?: number
  /** Why `fuzz` said nothing, where it was needed. */
  readonly fuzzNote?: string
}

export interface HuntOptions {
  /** Milliseconds that `verify` has. */
  readonly verifyMs: number
  /** Milliseconds that `fuzz` has. */
  readonly fuzzMs: number
  /** Of the fuzzer. */
  readonly seed: number
  /** Whether to end at the first confirmed finding. */
  readonly untilFirst: boolean
  /** Causes that the candidate shows without a fault: they say nothing of one. */
  readonly control?: ReadonlySet<string>
}

/** What a hunt needs of a stage. */
export interface Grounds {
  readonly scenarios: Stage['scenarios']
  readonly settings: { readonly parity: Stage['settings']['parity'] }
}

/** Asks `verify` with all scenarios, then `fuzz`, for a difference between legacy and a candidate. No noise is known before. */
export async function hunt (stage: Grounds, sides: Sides, options: HuntOptions): Promise<Hunt> {
  const verified = await runVerify(stage, sides, options)
  const found = confirmed(verified, options)
  const base = {
    findings: found,
    unconfirmed: verified.findings.filter(finding => !finding.confirmed),
    failed: verified.cases.filter(({ outcome }) => outcome === 'failed').map(({ name, note }) => `${name}: ${note ?? ''}`),
    whole: verified.cases.every(({ outcome }) => outcome !== 'skipped'),
    verifyMs: Math.round(verified.durationMs)
  }
  if (found.length > 0 && options.untilFirst) return { ...base, by: 'verify' }
  const fuzzed = await runFuzz(stage, sides, options)
  if ('note' in fuzzed) return { ...base, ...(found.length > 0 && { by: 'verify' as const }), fuzzNote: fuzzed.note }
  const more = confirmed(fuzzed.report, options)
  const by = found.length > 0 ? 'verify' as const : more.length > 0 ? 'fuzz' as const : undefined
  return {
    ...base,
    ...(by !== undefined && { by }),
    findings: [...found, ...more],
    unconfirmed: [...base.unconfirmed, ...fuzzed.report.findings.filter(finding => !finding.confirmed)],
    fuzzMs: Math.round(fuzzed.report.durationMs)
  }
}

async function runVerify ({ settings: { parity }, scenarios }: Grounds, sides: Sides, { verifyMs, untilFirst, control }: HuntOptions): Promise<ParityReport> {
  const found = new AbortController()
  return await verify({
    scenarios,
    sides,
    rules: parity.compare,
    timeoutMs: parity.timeoutMs,
    bodyLimit: parity.bodyLimitBytes,
    settleMs: parity.state.settleMs,
    signal: AbortSignal.any([AbortSignal.timeout(verifyMs), found.signal]),
    onProgress: ({ last }) => {
      if (untilFirst && last.outcome === 'different' && last.causes.some(cause => control?.has(cause) !== true)) found.abort()
    }
  })
}

async function runFuzz ({ settings: { parity }, scenarios }: Grounds, sides: Sides, { fuzzMs, seed, untilFirst }: HuntOptions): Promise<{ report: ParityReport } | { note: string }> {
  try {
    const path = parity.openapi.candidate
    if (path === undefined) return { note: 'the config names no description of the candidate' }
    const api = await loadApi({ origin: sides.candidate.origin(), path })
    const signIn = scenarios.find(({ name }) => name === parity.fuzz.signIn)
    const report = await fuzz({
      context: { sides, rules: parity.compare, noise: {}, timeoutMs: parity.timeoutMs, bodyLimit: parity.bodyLimitBytes, settleMs: parity.state.settleMs, signal: AbortSignal.timeout(fuzzMs) },
      api,
      scenarios,
      ...(signIn !== undefined && { signIn }),
      headers: parity.fuzz.headers,
      skip: parity.fuzz.skip.map(formatRoute),
      seed,
      durationMs: fuzzMs,
      shrinkMs: 1,
      untilFirst
    })
    if (report.coverage.every(({ requests }) => requests === 0)) return { note: 'the fuzzer sent no request' }
    return { report }
  } catch (error) {
    return { note: error instanceof Error ? error.message : String(error) }
  }
}

function confirmed (report: ParityReport, { control }: HuntOptions): readonly Finding[] {
  return report.findings.filter(finding => finding.confirmed && control?.has(finding.cause) !== true)
}
