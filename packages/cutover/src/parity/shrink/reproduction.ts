import { toCurl } from '../../message/curl.ts'
import type { Exchange } from '../../message/exchange.ts'
import type { Finding } from '../finding.ts'

/**
 * The request of an exchange as a curl command, its secrets replaced by tags; a shell comment with the reason where it
 * cannot be written as one.
 * @param origin scheme and authority to send it to; the Host header's when left out
 */
export function curlOf ({ request }: Pick<Exchange, 'request'>, origin?: string): string {
  try {
    return toCurl(request, origin === undefined ? {} : { origin })
  } catch (error) {
    return `# ${(error as Error).message.replace(/\s+/g, ' ')}`
  }
}

/** Where the two sides answer. */
export interface Origins {
  readonly legacy?: string
  readonly candidate?: string
}

/** How to see a finding by hand. */
export interface Reproduction {
  /** Steps to send first, from 1 to this one; 0 when the request needs none. */
  readonly after: number
  /** curl commands, without secrets. */
  readonly legacy: string
  readonly candidate: string
}

/** The requests that showed a finding, for both sides; undefined where no exchange was kept. */
export function reproduction (finding: Finding, origins: Origins = {}): Reproduction | undefined {
  if (finding.exchanges === undefined) return undefined
  const { legacy, candidate } = finding.exchanges
  return {
    after: (finding.shrunk?.steps.length ?? finding.step ?? 1) - 1,
    legacy: curlOf(legacy, origins.legacy),
    candidate: curlOf(candidate, origins.candidate)
  }
}
