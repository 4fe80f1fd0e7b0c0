import type { GateSettings } from '../../config/rollout-settings.ts'
import type { Answer } from './answer.ts'

/** The largest answer that is read, bytes: one number needs few. */
const mostBytes = 1_000_000

type PrometheusGate = Extract<GateSettings, { kind: 'prometheus' }>

/**
 * Asks a Prometheus server for one number (its HTTP API, `GET /api/v1/query`) and holds it against the gate's bounds.
 * Whatever does not give one number is no data. Never throws, and never says the URL, which may hold a password.
 */
export async function askPrometheus ({ url, query, below, above }: PrometheusGate, feature: string, signal: AbortSignal): Promise<Answer> {
  const at = new URL(`${url.pathname.replace(/\/$/, '')}/api/v1/query`, url.origin)
  at.search = new URLSearchParams({ query: filled(query, feature) }).toString()
  const headers: Record<string, string> = { accept: 'application/json' }
  if (url.username !== '') headers.authorization = `Basic ${Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString('base64')}`
  try {
    const response = await fetch(at, { headers, signal })
    const text = await bounded(response)
    if (text === undefined) return none(`Prometheus at ${url.host} answered more than ${mostBytes} bytes`)
    const value = valueOf(text, response.status)
    if (typeof value !== 'number') return none(`Prometheus at ${url.host} ${value.problem}`)
    return judged(value, below, above)
  } catch (error) {
    return none(`Prometheus at ${url.host} could not be asked: ${signal.aborted ? 'no answer in time' : messageOf(error)}`)
  }
}

/** A query with the feature's name in it, as it has to be written inside the quotes of PromQL. */
export function filled (query: string, feature: string): string {
  const escaped = feature.replace(/[\\"'`\n]/g, character => character === '\n' ? '\\n' : `\\${character}`)
  return query.replace(/\{\{\s*feature\s*\}\}/g, () => escaped)
}

function judged (value: number, below: number | undefined, above: number | undefined): Answer {
  const bounds = [below === undefined ? '' : `below ${below}`, above === undefined ? '' : `above ${above}`].filter(Boolean).join(' and ')
  const passes = (below === undefined || value < below) && (above === undefined || value > above)
  // JSON, in which this is kept, has no infinity.
  return { verdict: passes ? 'pass' : 'fail', ...(Number.isFinite(value) && { value }), reason: `${value}, wanted ${bounds}` }
}

async function bounded (response: Response): Promise<string | undefined> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of response.body ?? []) {
    length += (piece as Uint8Array).length
    if (length > mostBytes) return undefined
    pieces.push(piece as Uint8Array)
  }
  return Buffer.concat(pieces).toString()
}

interface QueryAnswer {
  readonly status?: unknown
  readonly error?: unknown
  readonly data?: { readonly resultType?: unknown, readonly result?: unknown }
}

function valueOf (text: string, status: number): number | { readonly problem: string } {
  let answer: QueryAnswer
  try {
    answer = JSON.parse(text) as QueryAnswer
  } catch {
    return { problem: `answered ${status}, and no JSON` }
  }
  if (answer?.status !== 'success') return { problem: `answered ${status}: ${typeof answer?.error === 'string' ? answer.error.slice(0, 200) : 'no success'}` }
  const { resultType, result } = answer.data ?? {}
  if (resultType === 'scalar') return numberOf(result)
  if (resultType !== 'vector' || !Array.isArray(result)) return { problem: `answered a ${String(resultType)}: the query must give one number` }
  if (result.length === 0) return { problem: 'knows no such series' }
  if (result.length > 1) return { problem: `answered ${result.length} series: the query must give one, as sum(…) does` }
  return numberOf((result[0] as { readonly value?: unknown }).value)
}

function numberOf (sample: unknown): number | { readonly problem: string } {
  const text: unknown = Array.isArray(sample) ? sample[1] : undefined
  const value = text === '+Inf' ? Infinity : text === '-Inf' ? -Infinity : typeof text === 'string' && text !== '' ? Number(text) : NaN
  return Number.isNaN(value) ? { problem: `answered ${typeof text === 'string' ? text.slice(0, 40) : 'no value'}` } : value
}

function messageOf (error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}

function none (reason: string): Answer {
  return { verdict: 'no data', reason }
}
