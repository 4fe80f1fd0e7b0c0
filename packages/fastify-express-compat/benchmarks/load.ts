import { connect, type Socket } from 'node:net'

/** Keeps connections to one server busy, each with one request at a time: a closed loop. */
export class Load {
  readonly #request: Buffer
  readonly #length: number
  readonly #sockets: Socket[]
  #answered = 0
  #running = false
  #closing = false
  #failure: Error | undefined

  private constructor (request: Buffer, length: number, sockets: Socket[]) {
    this.#request = request
    this.#length = length
    this.#sockets = sockets
    for (const socket of sockets) this.#watch(socket)
  }

  /** Opens the connections and learns how long one answer is; every later one must be as long. */
  static async open (port: number, path: string, connections: number): Promise<Load> {
    const request = Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`)
    const sockets = await Promise.all(Array.from({ length: connections }, () => opened(port)))
    return new Load(request, await answerLength(sockets[0] as Socket, request), sockets)
  }

  /** Requests a second over this many milliseconds. Throws when an answer had another status or length. */
  async rate (milliseconds: number): Promise<number> {
    this.#answered = 0
    this.#running = true
    const start = process.hrtime.bigint()
    for (const socket of this.#sockets) socket.write(this.#request)
    await new Promise(resolve => setTimeout(resolve, milliseconds))
    const answered = this.#answered
    const seconds = Number(process.hrtime.bigint() - start) / 1e9
    this.#running = false
    await new Promise(resolve => setTimeout(resolve, 20))
    if (this.#failure !== undefined) throw this.#failure
    return answered / seconds
  }

  close (): void {
    this.#closing = true
    for (const socket of this.#sockets) socket.destroy()
  }

  #watch (socket: Socket): void {
    let pending = 0
    socket.on('data', (chunk: Buffer) => {
      if (pending === 0 && chunk.toString('latin1', 0, 15) !== 'HTTP/1.1 200 OK') this.#failure = new Error(`not 200: ${chunk.toString('latin1', 0, 80)}`)
      pending += chunk.length
      if (pending < this.#length) return
      if (pending > this.#length) this.#failure = new Error(`an answer of ${pending} bytes, not ${this.#length}`)
      pending = 0
      this.#answered++
      if (this.#running) socket.write(this.#request)
    })
    socket.on('close', () => { if (!this.#closing) this.#failure = new Error('the server closed a connection') })
  }
}

function opened (port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket))
    socket.setNoDelay(true)
    socket.once('error', reject)
  })
}

function answerLength (socket: Socket, request: Buffer): Promise<number> {
  return new Promise(resolve => {
    let text = ''
    const read = (chunk: Buffer) => {
      text += chunk.toString('latin1')
      const end = text.indexOf('\r\n\r\n')
      const length = end === -1 ? NaN : end + 4 + Number(/content-length: (\d+)/i.exec(text)?.[1])
      if (text.length < length || Number.isNaN(length)) return
      socket.off('data', read)
      resolve(text.length)
    }
    socket.on('data', read)
    socket.write(request)
  })
}
