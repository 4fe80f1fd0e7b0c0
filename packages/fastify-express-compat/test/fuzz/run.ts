import type { RowName } from '../../src/index.ts'
import { startExpress, startFastify } from '../support/apps.ts'
import { transcript } from '../support/compare.ts'
import type { Fixture, Running } from '../support/fixture.ts'
import { Line } from '../support/raw.ts'
import { application } from './application.ts'
import { generate, type FuzzRequest } from './generate.ts'

/** A request that Express and Fastify answer differently. */
export interface FuzzDifference {
  readonly express: 4 | 5
  readonly number: number
  readonly request: string
  readonly expected: string
  readonly actual: string
  /** What distinguishes this difference from others of its kind. */
  readonly kind: string
}

/** Options of `fuzz`. */
export interface FuzzOptions {
  readonly seed: number
  readonly count: number
  readonly first?: number
  /** The application's settings: all parsers and two proxies in production, or Express as it comes in development. */
  readonly configuration?: 'full' | 'plain'
  readonly lanes?: number
  /** A row to turn off, to see that the fuzzer notices. */
  readonly off?: RowName
  readonly log?: (line: string) => void
}

/** Sends generated requests to Express 4 and 5 and to Fastify as each of them, and returns every answer that differs. */
export async function fuzz (options: FuzzOptions): Promise<FuzzDifference[]> {
  const fixture: Fixture = options.configuration === 'plain'
    ? { ...application, settings: { env: 'development', query: 'extended', cookieSecret: 'other' } }
    : { ...application, settings: { ...application.settings, env: 'production' } }
  const pairs = await Promise.all(([4, 5] as const).map(async major => ({ major, express: await startExpress(fixture, major), fastify: await startFastify(fixture, major, options.off) })))
  const found: FuzzDifference[] = []
  const first = options.first ?? 0
  let next = first
  let done = 0
  const step = Math.max(1000, Math.floor(options.count / 20))
  try {
    await Promise.all(Array.from({ length: options.lanes ?? 6 }, async () => {
      const lines = pairs.flatMap(pair => [{ pair, line: new Line(pair.express.port), ours: false }, { pair, line: new Line(pair.fastify.port), ours: true }])
      while (next < first + options.count) {
        const number = next++
        const request = requestFor(options, number)
        const texts = await Promise.all(lines.map(({ line }) => line.ask(request.text, request.head).then(transcript)))
        for (let i = 0; i < lines.length; i += 2) {
          if (texts[i] === texts[i + 1]) continue
          found.push(difference(lines[i]?.pair.major as 4 | 5, number, request, texts[i] as string, texts[i + 1] as string))
        }
        if (++done % step === 0) options.log?.(`${done} of ${options.count} requests, ${found.length} differences`)
      }
      for (const { line } of lines) line.close()
    }))
    return found.sort((a, b) => a.number - b.number)
  } finally {
    await Promise.all(pairs.flatMap(({ express, fastify }): Running[] => [express, fastify]).map(running => running.close()))
  }
}

/** In development an error page is a stack, whose length `HEAD` would show without its text: there it is `GET`. */
function requestFor (options: FuzzOptions, number: number): FuzzRequest {
  const request = generate(options.seed, number)
  return options.configuration === 'plain' && request.head ? { text: request.text.replace('HEAD', 'GET'), head: false } : request
}

function difference (express: 4 | 5, number: number, request: FuzzRequest, expected: string, actual: string): FuzzDifference {
  const theirs = expected.split('\n')
  const ours = actual.split('\n')
  const at = theirs.findIndex((line, i) => line !== ours[i])
  const label = (line: string | undefined) => (line ?? '(none)').replace(/\d{4,}|W\/"[^"]*"/g, '#').slice(0, 80)
  return { express, number, request: request.text, expected, actual, kind: `${label(theirs[at])} | ${label(ours[at])}` }
}
