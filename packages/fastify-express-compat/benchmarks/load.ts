import { connect, type Socket } from 'node:net'

interface Connection {
  readonly socket: Socket
  pending: number
}

/** Keeps connections to one server busy, each with one request at a time: a closed loop. */
export class Load {
  readonly #request: Buffer
  readonly #connections: Connection[] = []
  #length = 0
  #answered = 0
  #running = false
  #closing = false
  #failure: Error | undefined
  #first: (() => void) | undefined

  private constructor (request: Buffer) {
    this.#request = request
  }

  /** Opens the connections and learns how long one answer is; every later one must be as long. */
  static async open (port: number, path: string, connections: number): Promise<Load> {
    const load = new Load(Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`))
    await Promise.all(Array.from({ length: connections }, () => load.#connect(port)))
    await load.#learn()
    return load
  }

  /** Requests a second over this many milliseconds. Throws when an answer had another status or length. */
  async rate (milliseconds: number): Promise<number> {
    this.#answered = 0
    this.#running = true
    const start = process.hrtime.bigint()
    for (const { socket } of this.#connections) socket.write(this.#request)
    await pause(milliseconds)
    const answered = this.#answered
    const seconds = Number(process.hrtime.bigint() - start) / 1e9
    this.#running = false
    while (this.#failure === undefined && this.#connections.some(({ pending }) => pending !== 0)) await pause(5)
    await pause(20)
    if (this.#failure !== undefined) throw this.#failure
    return answered / seconds
  }

  close (): void {
    this.#closing = true
    for (const { socket } of this.#connections) socket.destroy()
  }

  #connect (port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const onread = { buffer: Buffer.alloc(65536), callback: (size: number, buffer: Uint8Array) => this.#receive(connection, size, buffer) }
      const socket = connect({ port, host: '127.0.0.1', onread }, () => resolve())
      const connection: Connection = { socket, pending: 0 }
      socket.setNoDelay(true)
      socket.once('error', reject)
      socket.on('close', () => { if (!this.#closing) this.#failure = new Error('the server closed a connection') })
      this.#connections.push(connection)
    })
  }

  #receive (connection: Connection, size: number, buffer: Uint8Array): boolean {
    // "HTTP/1.1 2": the tenth byte is the class of the status.
    if (connection.pending === 0 && buffer[9] !== 0x32) this.#failure = new Error(`not 2xx: ${Buffer.from(buffer.subarray(0, 80)).toString('latin1')}`)
    connection.pending += size
    if (this.#first !== undefined) {
      const text = Buffer.from(buffer.subarray(0, size)).toString('latin1')
      const expected = text.indexOf('\r\n\r\n') + 4 + Number(/content-length: (\d+)/i.exec(text)?.[1])
      if (connection.pending !== expected) this.#failure = new Error(`the first answer came in parts: ${text}`)
      this.#length = connection.pending
      connection.pending = 0
      this.#first()
      return true
    }
    if (connection.pending < this.#length) return true
    if (connection.pending > this.#length) this.#failure = new Error(`an answer of ${connection.pending} bytes, not ${this.#length}`)
    connection.pending = 0
    this.#answered++
    if (this.#running) connection.socket.write(this.#request)
    return true
  }

  async #learn (): Promise<void> {
    await new Promise<void>(resolve => {
      this.#first = resolve
      this.#connections[0]?.socket.write(this.#request)
    })
    this.#first = undefined
    if (this.#failure !== undefined) throw this.#failure
  }
}

function pause (milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds))
}
