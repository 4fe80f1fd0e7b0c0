import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { FaultName } from './faults.ts'
import { problem, type Asked, type Reply } from './routes.ts'
import { answerCarts } from './shop-carts.ts'
import { answerItems } from './shop-items.ts'
import { answerTickets } from './shop-tickets.ts'
import { emptyWorld, type World } from './world.ts'

/** A shop with carts and tickets, all in memory. */
export class Shop {
  world: World = emptyWorld()
  fault: FaultName | undefined
  readonly #server: Server

  constructor () {
    this.#server = createServer((request, response) => {
      text(request).then(body => {
        const { status, json } = this.#answer(request.method ?? '', request.url ?? '', name => request.headers[name] as string | undefined, body)
        response.writeHead(status, json === undefined ? {} : { 'content-type': 'application/json' })
        response.end(json === undefined ? undefined : JSON.stringify(json))
      }, () => response.destroy())
    })
  }

  async open (): Promise<void> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve))
  }

  get origin (): URL {
    return new URL(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`)
  }

  async close (): Promise<void> {
    await new Promise(resolve => {
      this.#server.close(resolve)
      this.#server.closeAllConnections()
    })
  }

  #answer (method: string, target: string, header: Asked['header'], text: string): Reply {
    const url = new URL(target, 'http://shop.test')
    const body = jsonObject(text)
    const path = segments(url.pathname)
    if (body === undefined || path === undefined) return problem(400, 'the request cannot be read')
    const asked: Asked = { method, path, query: url.searchParams, header, body }
    for (const routes of [answerItems, answerCarts, answerTickets]) {
      const reply = routes(asked, this.world, this.fault)
      if (reply !== undefined) return reply
    }
    return problem(404, 'there is nothing here')
  }
}

function jsonObject (text: string): Record<string, unknown> | undefined {
  if (text === '') return {}
  try {
    const value = JSON.parse(text) as unknown
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : undefined
  } catch {
    return undefined
  }
}

function segments (path: string): string[] | undefined {
  try {
    return path.split('/').slice(1).map(decodeURIComponent)
  } catch {
    return undefined
  }
}
