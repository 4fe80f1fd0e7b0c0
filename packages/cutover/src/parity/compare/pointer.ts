/** Escapes a key for a JSON pointer (RFC 6901, 3). */
export function escapeKey (key: string): string {
  return key.includes('~') || key.includes('/') ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key
}

/** The key of a pointer's segment; `~2` is a literal `*` in a pattern. */
export function unescapeKey (segment: string): string {
  return segment.includes('~') ? segment.replaceAll('~2', '*').replaceAll('~1', '/').replaceAll('~0', '~') : segment
}
