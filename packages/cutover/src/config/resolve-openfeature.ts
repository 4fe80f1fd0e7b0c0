import type { ResolvedConfig } from './schema.ts'
import type { OpenFeatureSettings } from './settings.ts'
import { parseDuration } from './units.ts'

export function openFeatureOf ({ openfeature }: ResolvedConfig): OpenFeatureSettings | undefined {
  if (openfeature === undefined) return undefined
  const { flags, provider, domain, context, interval } = openfeature
  return {
    flags: Object.entries(flags).map(([feature, key]) => ({ feature, key })),
    provider,
    domain,
    context,
    intervalMs: parseDuration(interval)!
  }
}

/** What a schema cannot say of `openfeature`, one line each. */
export function openFeatureProblems ({ openfeature, features }: ResolvedConfig): string[] {
  if (openfeature === undefined) return []
  const known = Object.keys(features)
  return Object.keys(openfeature.flags).filter(name => !known.includes(name)).map(name =>
    `openfeature.flags.${name}: there is no feature "${name}"; there are ${known.join(', ') || 'none'}`)
}
