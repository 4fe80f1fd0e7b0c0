/**
 * Reads an event stream (WHATWG HTML, 9.2.6) from pieces that may end anywhere, within a character or a line's end too.
 * Names, ids and comments are left out: both providers say in the data what an event is.
 */
export class EventStream {
  readonly #longest: number
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  #pieces: Uint8Array[] = []
  #length = 0
  #data: string[] = []
  #dataLength = 0
  #afterReturn = false
  #first = true

  /** @param longest the most bytes of a line, and of an event's data */
  constructor (longest: number) {
    this.#longest = longest
  }

  /**
   * The data of each event that these bytes end. All of it is to be taken before more is pushed.
   * @throws RangeError for a line or an event that is too long
   * @throws TypeError for what is not UTF-8
   */
  * push (bytes: Uint8Array): Generator<string, void> {
    let start = 0
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at]
      if (byte === 10 && this.#afterReturn) start = at + 1
      else if (byte === 10 || byte === 13) {
        this.#keep(bytes.subarray(start, at))
        const event = this.#end()
        if (event !== undefined) yield event
        start = at + 1
      }
      this.#afterReturn = byte === 13
    }
    // A copy: whoever gave the bytes may fill them anew.
    if (start < bytes.length) this.#keep(bytes.slice(start))
  }

  #keep (piece: Uint8Array): void {
    this.#pieces.push(piece)
    this.#length += piece.length
    if (this.#length + this.#dataLength > this.#longest) throw new RangeError('a line is too long')
  }

  #end (): string | undefined {
    const whole = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces)
    const length = this.#length
    let line = this.#decoder.decode(whole)
    this.#pieces = []
    this.#length = 0
    if (this.#first && line.startsWith('\ufeff')) line = line.slice(1)
    this.#first = false
    if (line === '') {
      const event = this.#data.length > 0 ? this.#data.join('\n') : undefined
      this.#data = []
      this.#dataLength = 0
      return event
    }
    if (line === 'data' || line.startsWith('data:')) {
      this.#data.push(line.slice(line[5] === ' ' ? 6 : 5))
      this.#dataLength += length
    }
  }
}
