import { StringDecoder } from 'node:string_decoder'

const longest = 8192

/**
 * Cuts a stream of bytes into lines, so that output of several processes can share a log. A line over 8 192 characters
 * is cut there and marked; the rest of it is dropped.
 */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8')
  readonly #take: (line: string) => void
  #rest = ''
  #dropping = false

  constructor (take: (line: string) => void) {
    this.#take = take
  }

  write (chunk: Buffer): void {
    this.#push(this.#decoder.write(chunk))
  }

  /** Takes what came after the last newline as a line. */
  end (): void {
    this.#push(this.#decoder.end())
    if (this.#rest !== '') this.#line(this.#rest)
    this.#rest = ''
  }

  #push (text: string): void {
    const pieces = text.split('\n')
    const last = pieces.pop()!
    for (const piece of pieces) {
      if (!this.#dropping) this.#line(this.#rest + piece)
      this.#rest = ''
      this.#dropping = false
    }
    if (this.#dropping) return
    this.#rest += last
    if (this.#rest.length <= longest) return
    this.#line(this.#rest)
    this.#rest = ''
    this.#dropping = true
  }

  #line (line: string): void {
    const whole = line.endsWith('\r') ? line.slice(0, -1) : line
    this.#take(whole.length > longest ? `${whole.slice(0, longest)}… (cut)` : whole)
  }
}

/** The newest lines of something. */
export class LastLines {
  readonly #lines: string[] = []
  readonly #most: number

  constructor (most: number) {
    this.#most = most
  }

  push (line: string): void {
    if (this.#lines.push(line) > this.#most) this.#lines.shift()
  }

  toString (): string {
    return this.#lines.map(line => `  ${line}`).join('\n') || '  (none)'
  }
}
