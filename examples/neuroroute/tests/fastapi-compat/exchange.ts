import { connect } from 'node:net'

/** One answer as it came over the wire; header fields sorted, since their order says nothing, and the date hidden. */
export interface RawAnswer {
  readonly statusLine: string
  readonly headers: readonly string[]
  readonly body: string
}

/** All answers of a connection, and whether it took the second request. */
export interface Exchange {
  readonly answers: readonly RawAnswer[]
  /** Bytes after the last whole answer. */
  readonly rest: string
}

const PING = 'GET /ping HTTP/1.1\r\nhost: probe\r\nconnection: close\r\n\r\n'
const DATE = /^date: [A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/

/**
 * Sends bytes, and after the first answer a `GET /ping` that ends the connection; gives all that came until it was closed.
 * @param parts written one after the other, each after a turn of the event loop
 */
export async function exchange (port: number, parts: ReadonlyArray<string | Buffer>, timeout = 10_000): Promise<Exchange> {
  const first = Buffer.from(parts[0] ?? '').toString('latin1', 0, 5)
  const isHead = first.startsWith('HEAD ')
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: false })
    let received = ''
    let pinged = false
    const timer = setTimeout(() => {
      socket.destroy()
      reject(new Error(`no end after ${timeout} ms; so far: ${received.slice(0, 2000)}`))
    }, timeout)
    socket.setNoDelay(true)
    socket.on('connect', async () => {
      for (const part of parts) {
        socket.write(part)
        await new Promise(resolve => setImmediate(resolve))
      }
    })
    socket.on('data', data => {
      received += data.toString('latin1')
      if (!pinged && firstAnswer(received, isHead)) {
        pinged = true
        socket.write(PING)
      }
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(answersOf(received, isHead))
    })
  })
}

function answersOf (received: string, isHead: boolean): Exchange {
  const answers: RawAnswer[] = []
  let rest = received
  for (let head = isHead; ; head = false) {
    const found = firstAnswer(rest, head)
    if (!found) return { answers, rest }
    answers.push(found.answer)
    rest = rest.slice(found.length)
  }
}

function firstAnswer (text: string, isHead: boolean): { answer: RawAnswer, length: number } | undefined {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [statusLine = '', ...fields] = text.slice(0, end).split('\r\n')
  const status = Number(statusLine.split(' ')[1])
  const headers = fields.map(field => DATE.test(field) ? 'date: (a date)' : field).sort()
  const from = end + 4
  const bodiless = status < 200 || status === 204 || status === 304
  if (status < 200) {
    const next = firstAnswer(text.slice(from), isHead)
    return next && { answer: { ...next.answer, statusLine: `${statusLine} + ${next.answer.statusLine}` }, length: from + next.length }
  }
  if (isHead || bodiless) return { answer: { statusLine, headers, body: '' }, length: from }
  if (fields.some(field => /^transfer-encoding: chunked$/i.test(field))) {
    const chunked = readChunks(text, from)
    return chunked && { answer: { statusLine, headers, body: chunked.body }, length: chunked.end }
  }
  const length = Number(/^content-length: (\d+)$/im.exec(fields.join('\n'))?.[1] ?? 0)
  return text.length < from + length ? undefined : { answer: { statusLine, headers, body: text.slice(from, from + length) }, length: from + length }
}

function readChunks (text: string, from: number): { body: string, end: number } | undefined {
  let at = from
  let body = ''
  for (;;) {
    const line = text.indexOf('\r\n', at)
    if (line < 0) return undefined
    const size = Number.parseInt(text.slice(at, line), 16)
    if (text.length < line + 4 + size) return undefined
    body += text.slice(line + 2, line + 2 + size)
    at = line + 4 + size
    if (size === 0) return { body, end: at }
  }
}
