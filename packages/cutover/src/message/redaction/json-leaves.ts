/** A string, number, boolean or null in a JSON text. */
export interface JsonLeaf {
  /** Member names and element indexes from the root; the same array for each call. */
  readonly path: ReadonlyArray<string | number>
  /** As written. */
  readonly raw: string
}

/**
 * Rewrites leaves of a JSON text and nothing else: white space, member order, duplicate members and long numbers stay.
 * Depth costs no stack.
 * @param replace gives the new text of a leaf, undefined to leave it
 * @returns undefined when the text is not JSON
 */
export function replaceJsonLeaves (text: string, replace: (leaf: JsonLeaf) => string | undefined): string | undefined {
  try {
    JSON.parse(text)
  } catch {
    return undefined
  }
  const path: Array<string | number> = []
  const out: string[] = []
  let copied = 0
  let expectName = false
  for (let at = 0; at < text.length;) {
    const character = text.charCodeAt(at)
    if (character === QUOTE) {
      const end = stringEnd(text, at)
      if (expectName) {
        path[path.length - 1] = JSON.parse(text.slice(at, end)) as string
        expectName = false
      } else leaf(at, end)
      at = end
    } else if (character === OPEN_OBJECT) {
      path.push('')
      expectName = true
      at++
    } else if (character === OPEN_ARRAY) {
      path.push(0)
      at++
    } else if (character === COMMA) {
      const last = path[path.length - 1]!
      if (typeof last === 'number') path[path.length - 1] = last + 1
      else expectName = true
      at++
    } else if (character === CLOSE_OBJECT || character === CLOSE_ARRAY) {
      path.pop()
      expectName = false
      at++
    } else if (character === COLON || character <= 32) at++
    else {
      LITERAL.lastIndex = at
      LITERAL.test(text)
      leaf(at, LITERAL.lastIndex)
      at = LITERAL.lastIndex
    }
  }
  if (copied === 0) return text
  out.push(text.slice(copied))
  return out.join('')

  function leaf (start: number, end: number): void {
    const replaced = replace({ path, raw: text.slice(start, end) })
    if (replaced === undefined) return
    out.push(text.slice(copied, start), replaced)
    copied = end
  }
}

const QUOTE = 34
const COMMA = 44
const COLON = 58
const OPEN_ARRAY = 91
const CLOSE_ARRAY = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125
const LITERAL = /[-+.\w]+/y

function stringEnd (text: string, start: number): number {
  let at = start + 1
  while (true) {
    const character = text.charCodeAt(at)
    if (character === QUOTE) return at + 1
    at += character === 92 ? 2 : 1
  }
}
