import type { StickyBy, StickyRequest } from './settings.ts'

/**
 * Reads what keeps a user on one side: `cookie:NAME`, `header:NAME`, `jwt:CLAIM`, `address`,
 * `cookie` (one of cutover's own), or a function of the request.
 * @returns undefined when it is none of these
 */
export function parseStickyBy (value: string | ((request: StickyRequest) => string | undefined)): StickyBy | undefined {
  if (typeof value === 'function') return { kind: 'function', key: value }
  if (value === 'address') return { kind: 'address' }
  if (value === 'cookie') return { kind: 'own-cookie' }
  const match = /^(cookie|header|jwt):(\S+)$/.exec(value)
  if (match === null) return undefined
  const kind = match[1] as 'cookie' | 'header' | 'jwt'
  return { kind, name: kind === 'header' ? match[2]!.toLowerCase() : match[2]! }
}

/** Writes it as the config does; `function` for a function. */
export function formatStickyBy (sticky: StickyBy): string {
  switch (sticky.kind) {
    case 'function':
    case 'address': return sticky.kind
    case 'own-cookie': return 'cookie'
    default: return `${sticky.kind}:${sticky.name}`
  }
}
