import { connect, type Socket } from 'node:net'

/** One answer as it came over the wire; the body is latin1 text, with chunks joined. */
export interface Answer {
  readonly status: string
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: string
}

/** What came back on a connection: answers, then how it ended. */
export interface Conversation {
  readonly answers: Answer[]
  readonly end: 'open' | 'closed' | 'silent' | 'reset'
}

const patience = 3000

/** Sends bytes (latin1) on a new connection and reads as many answers as there are requests, then what the server did with the connection. */
export async function converse (port: number, requests: readonly string[]): Promise<Conversation> {
  const socket = connect(port, '127.0.0.1')
  socket.setNoDelay(true)
  const reader = new AnswerReader(socket)
  const answers: Answer[] = []
  try {
    for (const request of requests) {
      socket.write(request, 'latin1')
      const answer = await reader.next(/^HEAD /.test(request))
      if (typeof answer === 'string') return { answers, end: answer }
      answers.push(answer)
      const closes = answer.headers.some(([name, value]) => name.toLowerCase() === 'connection' && value === 'close')
      if (closes) return { answers, end: await reader.closed() ? 'closed' : 'open' }
    }
    return { answers, end: 'open' }
  } finally {
    socket.destroy()
  }
}

class AnswerReader {
  #text = ''
  #ended = false
  #failed = false
  #wake: (() => void) | undefined

  constructor (socket: Socket) {
    socket.on('data', (chunk: Buffer) => { this.#text += chunk.toString('latin1'); this.#wake?.() })
    socket.on('error', () => { this.#failed = true; this.#ended = true; this.#wake?.() })
    socket.on('close', () => { this.#ended = true; this.#wake?.() })
    socket.on('end', () => { this.#ended = true; this.#wake?.() })
  }

  async next (head: boolean): Promise<Answer | 'silent' | 'closed' | 'reset'> {
    const limit = Date.now() + patience
    for (;;) {
      const taken = takeAnswer(this.#text, head, this.#ended)
      if (taken !== undefined) {
        this.#text = taken.rest
        if (taken.answer.status.startsWith('HTTP/1.1 1')) continue
        return taken.answer
      }
      if (this.#ended) return this.#failed ? 'reset' : 'closed'
      if (!await this.#more(limit)) return 'silent'
    }
  }

  async closed (): Promise<boolean> {
    const limit = Date.now() + patience
    while (!this.#ended) if (!await this.#more(limit)) return false
    return true
  }

  #more (limit: number): Promise<boolean> {
    return new Promise(resolve => {
      const timer = setTimeout(() => resolve(false), Math.max(0, limit - Date.now()))
      this.#wake = () => { clearTimeout(timer); resolve(true) }
    })
  }
}

function takeAnswer (text: string, head: boolean, ended: boolean): { answer: Answer, rest: string } | undefined {
  const end = text.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const [status = '', ...lines] = text.slice(0, end).split('\r\n')
  const headers = lines.map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()] as const)
  const value = (name: string) => headers.find(([key]) => key.toLowerCase() === name)?.[1]
  const after = text.slice(end + 4)
  const code = Number(status.split(' ')[1])
  if (head || code === 204 || code === 304 || code < 200) return { answer: { status, headers, body: '' }, rest: after }
  const length = value('content-length')
  if (length !== undefined) {
    if (after.length < Number(length)) return undefined
    return { answer: { status, headers, body: after.slice(0, Number(length)) }, rest: after.slice(Number(length)) }
  }
  if (value('transfer-encoding') === 'chunked') {
    const joined = joinChunks(after)
    return joined === undefined ? undefined : { answer: { status, headers, body: joined.body }, rest: joined.rest }
  }
  return ended ? { answer: { status, headers, body: after }, rest: '' } : undefined
}

function joinChunks (text: string): { body: string, rest: string } | undefined {
  let body = ''
  let at = 0
  for (;;) {
    const line = text.indexOf('\r\n', at)
    if (line === -1) return undefined
    const size = parseInt(text.slice(at, line), 16)
    if (text.length < line + 2 + size + 2) return undefined
    body += text.slice(line + 2, line + 2 + size)
    at = line + 2 + size + 2
    if (size === 0) return { body, rest: text.slice(at) }
  }
}

/** A connection that is kept for the next request, and opened again when the server closes it. */
export class Line {
  readonly #port: number
  #socket: Socket | undefined
  #reader: AnswerReader | undefined

  constructor (port: number) {
    this.#port = port
  }

  /** Sends one request and reads its answer. */
  async ask (request: string, head: boolean): Promise<Conversation> {
    if (this.#socket === undefined || this.#reader === undefined) {
      this.#socket = connect(this.#port, '127.0.0.1')
      this.#socket.setNoDelay(true)
      this.#reader = new AnswerReader(this.#socket)
    }
    this.#socket.write(request, 'latin1')
    const answer = await this.#reader.next(head)
    if (typeof answer === 'string') {
      this.close()
      return { answers: [], end: answer }
    }
    const kept = answer.headers.some(([name, value]) => name.toLowerCase() === 'connection' && value !== 'close')
    if (kept) return { answers: [answer], end: 'open' }
    const closed = await this.#reader.closed()
    this.close()
    return { answers: [answer], end: closed ? 'closed' : 'open' }
  }

  close (): void {
    this.#socket?.destroy()
    this.#socket = undefined
  }
}
