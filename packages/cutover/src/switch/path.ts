// How a request target is read. Backends differ: Express ignores case and a trailing slash, Fastify and
// Starlette decode before they match, WHATWG URL parsers resolve dots, url.parse turns "\" into "/".
// A feature must not be left by spelling its path in another way, so every such reading is tried.

const SLASH = 47
const BACKSLASH = 92

/**
 * The readings of a request target's path, the most literal first, each starting with "/"; none when the target has no
 * path (an authority). `*` is read as "/". An ordinary path has one: itself. RFC 9112, 3.2 (forms of a request target) and RFC 3986, 6.2.2 (normalisation).
 */
export function readings (target: string): readonly string[] {
  const end = target.search(/[?#]/)
  let path = end < 0 ? target : target.slice(0, end)
  if (path.charCodeAt(0) !== SLASH) {
    // Fastify's router does not look at the first character.
    const absolute = /^\*/.exec(path) ?? /^[a-z][a-z0-9+.-]*:\/\/[^/\\]*/i.exec(path)
    if (absolute === null) return []
    path = path.slice(absolute[0].length)
  }
  const found: string[] = []
  const add = (reading: string): void => { if (!found.includes(reading)) found.push(reading) }
  addReadings(path, add)
  // `new URL(target, base)` takes "//host/path" for the path of another host.
  const authority = /^[/\\]{2,}[^/\\]*/.exec(path)
  if (authority !== null) addReadings(path.slice(authority[0].length), add)
  return found
}

function addReadings (path: string, add: (reading: string) => void): void {
  // "http://host\\path" and an authority with nothing behind it.
  if (path.charCodeAt(0) !== SLASH) path = '/' + path.replace(/^\\/, '')
  const decoded = decodePath(path, false)
  // URL parsers take a backslash for a slash, but not its escape; who decodes all takes "%2F" for one.
  const slashed = decoded.replaceAll('\\', '/')
  const bases = new Set([decoded, slashed, decoded.replaceAll('%2F', '/'), slashed.replaceAll('%2F', '/'), decodePath(path, true)])
  for (const base of bases) add(base)
  // Fastify 4 takes a query to begin at ";".
  if (path.includes(';')) add(decodePath(path.slice(0, path.indexOf(';')), false))
  // Who removes dots takes a backslash for a slash first.
  for (const base of new Set([slashed, ...bases])) {
    add(withoutDots(base))
    add(withoutDots(base).replaceAll('%2F', '/'))
    if (base.includes(';')) add(withoutDots(base.replace(/;[^/]*/g, '')))
  }
}

/**
 * Decodes the escapes of ASCII characters and writes the others with capital hex digits.
 * `%25` stays, so that nothing is decoded twice.
 * @param separators whether `%2F`, `%5C` and `\` become "/"
 */
export function decodePath (path: string, separators: boolean): string {
  const decoded = path.replace(/%([0-9a-f]{2})/gi, (escape, hex: string) => {
    const code = parseInt(hex, 16)
    if (code === SLASH || code === BACKSLASH) return separators ? '/' : escape.toUpperCase()
    if (code < 33 || code > 126 || code === 37 || code === 63 || code === 35) return escape.toUpperCase()
    return String.fromCharCode(code)
  }).replace(/[^\x21-\x7e]/g, character => escapeBytes(character))
  return separators ? decoded.replaceAll('\\', '/') : decoded
}

// Node hands over bytes above 127 as latin1.
function escapeBytes (character: string): string {
  return '%' + character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0').slice(-2)
}

/**
 * A path whose empty segments hold something that no route says, so that a parameter takes them, as Fastify's do.
 * Undefined when it has none.
 */
export function withEmptySegments (path: string): string | undefined {
  return path.endsWith('/') || path.includes('//') ? path.replace(/\/(?=\/|$)/g, '/ ') : undefined
}

/** Removes dot segments (RFC 3986, 5.2.4). */
export function withoutDots (path: string): string {
  if (!path.includes('/.')) return path
  const out: string[] = []
  const segments = path.split('/')
  segments.forEach((segment, i) => {
    if (segment === '..') { if (out.length > 1) out.pop() } else if (segment !== '.') { out.push(segment); return }
    if (i === segments.length - 1) out.push('')
  })
  return out.join('/') || '/'
}
