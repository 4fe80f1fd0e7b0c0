/** What Python's `\d`, `\w` and `\s` match in a text. */
const CLASSES: Readonly<Record<string, string>> = {
  d: '\\p{Nd}',
  w: '\\p{L}\\p{N}_',
  s: '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'
}

/** The end, or before a last line feed. */
const END = '(?=\\n?(?![^]))'

/** `re.match`: a pattern from the beginning, with Python's `$`, `.`, `\d`, `\w` and `\s`. */
export function pythonPattern (pattern: string): RegExp {
  let source = ''
  let inClass = false
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]!
    if (character === '\\') {
      const next = pattern[++at] ?? ''
      const members = CLASSES[next.toLowerCase()]
      if (members === undefined) source += `\\${next}`
      else if (next !== next.toLowerCase()) source += inClass ? `\\${next}` : `[^${members}]`
      else source += inClass ? members : `[${members}]`
      continue
    }
    if (character === '[') inClass = true
    else if (character === ']') inClass = false
    source += inClass ? character : character === '$' ? END : character === '.' ? '[^\\n]' : character
  }
  return new RegExp(`^(?:${source})`, 'u')
}
