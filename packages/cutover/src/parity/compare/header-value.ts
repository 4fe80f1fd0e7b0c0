/** How a header is read. */
export type Reading = 'tokens' | 'methods' | 'list' | 'directives' | 'policy' | 'date' | 'moment' | 'number' | 'media' | 'once'

const readings: Readonly<Record<string, Reading>> = {
  vary: 'tokens',
  'accept-encoding': 'tokens',
  'accept-language': 'tokens',
  'accept-charset': 'tokens',
  'accept-ranges': 'tokens',
  'accept-patch': 'tokens',
  'accept-post': 'tokens',
  accept: 'tokens',
  'access-control-allow-headers': 'tokens',
  'access-control-expose-headers': 'tokens',
  'content-language': 'tokens',
  'clear-site-data': 'tokens',
  allow: 'methods',
  'access-control-allow-methods': 'methods',
  link: 'list',
  'www-authenticate': 'list',
  'proxy-authenticate': 'list',
  'cache-control': 'directives',
  'cdn-cache-control': 'directives',
  pragma: 'directives',
  'permissions-policy': 'directives',
  'strict-transport-security': 'policy',
  'content-security-policy': 'policy',
  'content-security-policy-report-only': 'policy',
  date: 'moment',
  age: 'number',
  'last-modified': 'date',
  expires: 'date',
  sunset: 'date',
  'content-type': 'media',
  'content-disposition': 'media'
}

/** How a header of a name (lower case) is read; text as it stands where nothing says otherwise. */
export function readingOf (name: string): Reading {
  return Object.hasOwn(readings, name) ? readings[name]! : 'once'
}

/** Splits a value at a separator outside of quotes and angle brackets. */
export function split (value: string, separator: ',' | ';'): string[] {
  const parts: string[] = []
  let from = 0
  let quoted = false
  let angled = false
  for (let i = 0; i < value.length; i++) {
    const c = value[i]
    if (quoted) {
      if (c === '\\') i++
      else if (c === '"') quoted = false
    } else if (c === '"') quoted = true
    else if (c === '<') angled = true
    else if (c === '>') angled = false
    else if (c === separator && !angled) {
      parts.push(value.slice(from, i).trim())
      from = i + 1
    }
  }
  parts.push(value.slice(from).trim())
  return parts.filter(part => part !== '')
}

/** The members of a list whose order has no meaning, sorted and each once. */
export function membersOf (value: string, reading: 'tokens' | 'methods' | 'list'): string[] {
  const members = split(value, ',').map(member => reading === 'tokens' ? member.toLowerCase().replace(/\s*;\s*/g, ';') : member)
  return [...new Set(members)].sort()
}

/**
 * The directives of a header by name, lower case. Of a name given twice the first counts, as in a content
 * security policy; the order of the sources there has no meaning.
 */
export function directivesOf (value: string, reading: 'directives' | 'policy'): ReadonlyMap<string, string> {
  const directives = new Map<string, string>()
  for (const part of split(value, reading === 'directives' ? ',' : ';')) {
    const match = /^([^\s=]+)\s*(?:=\s*)?(.*)$/s.exec(part)!
    const name = match[1]!.toLowerCase()
    const text = match[2]!.replace(/^"(.*)"$/s, '$1')
    const sorted = reading === 'policy' ? [...new Set(text.split(/\s+/))].sort().join(' ') : text
    if (!directives.has(name)) directives.set(name, sorted)
  }
  return directives
}

/** A media type or disposition in one spelling: names and the charset in lower case, parameters sorted, no boundary. */
export function canonicalMedia (value: string): string {
  const [type = '', ...parameters] = split(value, ';')
  const canonical = parameters.map(parameter => {
    const equals = parameter.indexOf('=')
    if (equals < 0) return parameter.toLowerCase()
    const name = parameter.slice(0, equals).trim().toLowerCase()
    const text = parameter.slice(equals + 1).trim().replace(/^"(.*)"$/s, '$1')
    return name === 'boundary' ? name : `${name}=${name === 'charset' ? text.toLowerCase() : text}`
  })
  return [type.toLowerCase(), ...canonical.sort()].join(';')
}
