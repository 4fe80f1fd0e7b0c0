// Headers that belong to one connection and are never passed on (RFC 9110, 7.6.1).
// Most header names have a length that none of these has, so the length is asked first.

const byLength: ReadonlyArray<readonly string[] | undefined> = (() => {
  const table: string[][] = []
  for (const name of ['connection', 'keep-alive', 'proxy-connection', 'te', 'transfer-encoding', 'upgrade', 'http2-settings']) {
    (table[name.length] ??= []).push(name)
  }
  return table
})()

export function isHopByHop (name: string): boolean {
  const candidates = byLength[name.length]
  return candidates !== undefined && candidates.includes(name.toLowerCase())
}

/** What a Connection header may not take away, however it names it. */
const kept = new Set(['host', 'content-length', 'transfer-encoding', 'authorization', 'cookie', 'x-request-id', 'forwarded'])

/**
 * The further headers that a Connection header names as its own, lower case; undefined when there are none,
 * as nearly always.
 */
export function namedByConnection (value: string): ReadonlySet<string> | undefined {
  if (value === 'keep-alive' || value === 'close' || value === 'Keep-Alive') return undefined
  const names = value.toLowerCase().split(',').map(name => name.trim())
    .filter(name => name !== '' && name !== 'close' && !isHopByHop(name) && !kept.has(name) && !name.startsWith('x-forwarded-'))
  return names.length > 0 ? new Set(names) : undefined
}

/**
 * The further headers that the Connection headers of a message name as their own, lower case.
 * @param raw names and values in turn
 */
export function connectionOptions (raw: readonly string[]): ReadonlySet<string> | undefined {
  let named: ReadonlySet<string> | undefined
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]!
    if (name.length === 10 && name.toLowerCase() === 'connection') {
      const further = namedByConnection(raw[i + 1]!)
      if (further !== undefined) named = named === undefined ? further : new Set([...named, ...further])
    }
  }
  return named
}
