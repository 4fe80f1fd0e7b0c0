const longestEvent = 1_000_000

/**
 * The data of each event of an event stream (WHATWG HTML, 9.2.6), as soon as its blank line has come. Names, ids and comments
 * are left out; an event that the end of the stream cuts off does not count.
 * @throws RangeError for an event of more than a million characters
 */
export async function * readEvents (bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  let data: string[] = []
  let length = 0
  let afterReturn = false
  for await (const piece of bytes) {
    let text = decoder.decode(piece, { stream: true })
    if (text === '') continue
    // CR and LF of one line's end may come in two pieces.
    if (afterReturn && text[0] === '\n') text = text.slice(1)
    afterReturn = text.endsWith('\r')
    rest += text
    if (/[\r\n]/.test(text)) {
      const lines = rest.split(/\r\n|\n|\r/)
      rest = lines.pop()!
      for (const line of lines) {
        if (line === '') {
          if (data.length > 0) yield data.join('\n')
          data = []
          length = 0
        } else if (line === 'data' || line.startsWith('data:')) {
          data.push(line.slice(line[5] === ' ' ? 6 : 5))
          length += line.length
        }
      }
    }
    if (rest.length + length > longestEvent) throw new RangeError(`an event has more than ${longestEvent} characters`)
  }
}
