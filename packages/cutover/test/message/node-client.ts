import { request } from 'node:http'
import { Duplex } from 'node:stream'

/** What Node's client made of a response. */
export interface NodeReading {
  readonly status: number | undefined
  readonly body: string
  readonly complete: boolean
  readonly error: string | undefined
}

/**
 * Has Node's client read the bytes of a connection, which then ends.
 * @param text latin1
 */
export function readWithNode (text: string, head: boolean): Promise<NodeReading> {
  return new Promise(resolve => {
    let status: number | undefined
    let body = ''
    let error: string | undefined
    let complete = false
    let answered = false
    const socket = Object.assign(new Duplex({
      read () {},
      write (_, __, done) {
        done()
        if (answered) return
        answered = true
        setImmediate(() => {
          socket.push(Buffer.from(text, 'latin1'))
          socket.push(null)
        })
      }
    }), { setTimeout () {}, setNoDelay () {}, setKeepAlive () {}, ref () {}, unref () {} })
    const outgoing = request({ method: head ? 'HEAD' : 'GET', createConnection: () => socket as never })
    outgoing.on('response', response => {
      status = response.statusCode
      response.setEncoding('latin1')
      response.on('data', chunk => { body += chunk })
      response.on('end', () => { complete = response.complete })
      response.on('error', reason => { error ??= (reason as NodeJS.ErrnoException).code })
    })
    outgoing.on('upgrade', () => { error ??= 'upgrade' })
    outgoing.on('error', reason => { error ??= (reason as NodeJS.ErrnoException).code })
    outgoing.on('close', () => setImmediate(() => resolve({ status, body, complete, error })))
    outgoing.end()
  })
}
