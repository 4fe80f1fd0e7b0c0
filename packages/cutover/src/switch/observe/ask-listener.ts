import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { duplexPair, type Duplex } from 'node:stream'
import type { ListenerTarget } from '../../config/target.ts'
import { ResponseParser } from '../../message/response-parser.ts'
import { type Answer, AnswerSink, type Question } from './answer-sink.ts'
import type { MemoryBudget } from './memory-budget.ts'

/**
 * Asks a backend in this process, over a connection that exists in memory only: the backend gets a request and a response
 * of Node's own making, and what it writes is read as any other answer.
 */
export class ListenerDesk {
  readonly #server: Server
  readonly #open = new Set<Duplex>()

  constructor (target: ListenerTarget) {
    this.#server = createServer({ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 }, (request, response) => { serve(target, request, response) })
  }

  /** @param ended told once */
  ask (question: Question, budget: MemoryBudget, timeoutMs: number, ended: (answer: Answer) => void): void {
    const [near, far] = duplexPair()
    Object.assign(far, {
      remoteAddress: question.address,
      remoteFamily: question.address.includes(':') ? 'IPv6' : 'IPv4',
      remotePort: 0,
      localAddress: question.address.includes(':') ? '::1' : '127.0.0.1',
      localPort: 0,
      setTimeout: returnThis,
      setNoDelay: returnThis,
      setKeepAlive: returnThis,
      ref: returnThis,
      unref: returnThis,
      address: () => ({})
    })
    this.#open.add(near)
    const parser = new ResponseParser()
    const sink = new AnswerSink(budget, question, answer => {
      clearTimeout(timer)
      this.#open.delete(near)
      setImmediate(() => {
        near.destroy()
        far.destroy()
      })
      ended(answer)
    })
    const timer = setTimeout(() => sink.stop('timeout'), timeoutMs)
    parser.reset(sink, question.method === 'HEAD')
    near.on('data', (chunk: Buffer) => {
      if (sink.over) return
      try {
        parser.push(chunk)
      } catch {
        sink.stop('failed')
      }
    })
    near.on('end', () => {
      try {
        if (!sink.over) parser.close()
      } catch { /* it broke off */ }
      sink.stop('failed')
    })
    near.on('error', () => sink.stop('failed'))
    near.on('close', () => sink.stop('failed'))
    far.on('error', () => sink.stop('failed'))
    far.on('close', () => sink.stop('failed'))
    this.#server.emit('connection', far)
    near.write(question.head, 'latin1')
    if (question.body.length > 0) near.write(question.body)
  }

  close (): void {
    for (const duplex of this.#open) duplex.destroy()
    this.#server.close()
  }
}

function serve (target: ListenerTarget, request: IncomingMessage, response: ServerResponse): void {
  const failed = (): void => { response.destroy() }
  try {
    const result = target.request(request, response)
    if (result instanceof Promise) result.catch(failed)
  } catch {
    failed()
  }
}

function returnThis (this: unknown): unknown {
  return this
}
