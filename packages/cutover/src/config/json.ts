/**
 * Reads JSON (RFC 8259), and says where it is malformed, which JSON.parse does not do everywhere.
 * @throws SyntaxError with the line and the column
 */
export function parseJson (text: string): unknown {
  const plain = text.replace(/^\uFEFF/, '')
  try {
    return JSON.parse(plain)
  } catch (error) {
    const { offset, expected } = firstFault(plain)
    const before = plain.slice(0, offset).split('\n')
    const found = offset >= plain.length ? 'the file ends' : `there is ${JSON.stringify(plain[offset])}`
    throw new SyntaxError(`line ${before.length}, column ${before.at(-1)!.length + 1}: ${found} where ${expected} should be`, { cause: error })
  }
}

const scalar = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/uy
const key = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/uy
const space = /[ \t\r\n]*/y

interface Fault { readonly offset: number, readonly expected: string }

/** Where malformed JSON stops being JSON. */
function firstFault (text: string): Fault {
  let at = 0
  const open: string[] = []
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match !== null) at += match[0].length
    return match !== null
  }
  const skip = (character: string): boolean => {
    take(space)
    const found = text[at] === character
    if (found) at++
    return found
  }
  const fault = (expected: string): Fault => ({ offset: at, expected })
  const property = (): Fault | undefined => {
    take(space)
    if (!take(key)) return fault('a name in double quotes')
    return skip(':') ? undefined : fault('":"')
  }

  for (;;) {
    take(space)
    if (skip('{')) {
      if (!skip('}')) {
        open.push('}')
        const wrong = property()
        if (wrong !== undefined) return wrong
        continue
      }
    } else if (skip('[')) {
      if (!skip(']')) {
        open.push(']')
        continue
      }
    } else if (!take(scalar)) return fault('a value')
    while (open.length > 0 && skip(open.at(-1)!)) open.pop()
    if (open.length === 0) {
      take(space)
      return fault('the end of the file')
    }
    if (!skip(',')) return fault(`"," or "${open.at(-1)!}"`)
    if (open.at(-1) === '}') {
      const wrong = property()
      if (wrong !== undefined) return wrong
    }
  }
}
