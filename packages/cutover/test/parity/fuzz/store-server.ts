import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { Side, SideName, Sides } from '../../../src/parity/trial/side.ts'

/** What a planted fault makes wrong. */
export type StoreFault = 'second-page' | 'moved-thing' | 'order-takes-new-name' | 'file-without-type' | 'last-one' | 'stale-tag'

const id = (name: string) => ({ name, in: 'path', required: true, schema: { type: 'string' } })
const body = (type: string, schema: object) => ({ requestBody: { required: true, content: { [type]: { schema } } }, responses: { 201: { description: '' } } })

export const description = {
  openapi: '3.1.0',
  info: { title: 'Store', version: '1' },
  paths: {
    '/products': {
      get: { parameters: [{ name: 'cursor', in: 'query', schema: { type: 'string' } }], responses: { 200: { description: '' } } }
    },
    '/products/{id}': {
      get: { parameters: [id('id')], responses: { 200: { description: '' } } },
      put: { parameters: [id('id')], ...body('application/json', { type: 'object', required: ['name'], properties: { name: { type: 'string', minLength: 1 } } }) }
    },
    '/products/{id}/take': { post: { parameters: [id('id')], ...body('application/json', { type: 'object', required: ['amount'], properties: { amount: { type: 'integer', minimum: 1, maximum: 100 } } }) } },
    '/orders': { post: body('application/json', { type: 'object', required: ['productId'], properties: { productId: { type: 'string' } } }) },
    '/orders/{orderId}': { get: { parameters: [id('orderId')], responses: { 200: { description: '' } } } },
    '/things': { post: body('application/json', { type: 'object', properties: { color: { type: 'string', enum: ['red', 'blue'] } } }) },
    '/things/{thing}': { get: { parameters: [id('thing')], responses: { 200: { description: '' } } } },
    '/files': { post: body('multipart/form-data', { type: 'object', required: ['file'], properties: { title: { type: 'string' }, file: { type: 'string', contentMediaType: 'application/octet-stream' } } }) }
  }
}

interface Product { readonly id: string, name: string, stock: number, version: number }
interface Reply { readonly status: number, readonly json?: unknown, readonly headers?: Record<string, string> }

class Store {
  readonly products: readonly Product[]
  readonly orders = new Map<string, { product: Product, name: string }>()
  readonly things = new Map<string, string>()
  readonly #fault: StoreFault | undefined

  readonly #side: SideName

  constructor (side: SideName, fault: StoreFault | undefined) {
    this.#side = side
    this.#fault = fault
    this.products = ['kettle', 'mug', 'teapot', 'tray', 'spoon'].map((name, at) => ({ id: this.#keyOf(name), name, stock: at + 3, version: 1 }))
  }

  /** A key of this side's own: it must be taken from an answer of it. */
  #keyOf (text: string): string {
    return createHash('sha256').update(this.#side).update(text).digest('hex').slice(0, 24)
  }

  answer ({ method = '', url = '/', headers }: IncomingMessage, text: string): Reply {
    const [path = '', query = ''] = url.split('?')
    const [, root = '', key = '', action = ''] = path.split('/')
    const json = jsonOf(text)
    switch (`${method} ${root}`) {
      case 'GET products': return key === '' ? this.#list(new URLSearchParams(query).get('cursor')) : this.#one(key, headers)
      case 'PUT products': return this.#rename(key, json)
      case 'POST products': return action === 'take' ? this.#take(key, json) : { status: 404 }
      case 'POST orders': {
        const product = this.products.find(each => each.id === json?.productId)
        if (product === undefined) return { status: 400, json: { error: 'productId' } }
        const orderId = this.#keyOf(`order ${this.orders.size}`)
        this.orders.set(orderId, { product, name: product.name })
        return { status: 201, json: { orderId, name: product.name } }
      }
      case 'GET orders': {
        const order = this.orders.get(key)
        return order === undefined ? { status: 404 } : { status: 200, json: { orderId: key, name: this.#fault === 'order-takes-new-name' ? order.product.name : order.name } }
      }
      case 'POST things': {
        if (json === undefined) return { status: 400 }
        const thing = this.#keyOf(`thing ${this.things.size}`)
        this.things.set(thing, String(json.color ?? 'red'))
        return { status: 201, headers: { location: `/things/${thing}` } }
      }
      case 'GET things': return this.things.has(key) ? { status: 200, json: { color: this.things.get(key), ...(this.#fault !== 'moved-thing' && { kind: 'thing' }) } } : { status: 404 }
      case 'POST files': {
        const part = /name="file"; filename="[^"]*"\r\n(content-type: \S+\r\n)?/.exec(text)
        return part === null || (this.#fault === 'file-without-type' && part[1] === undefined) ? { status: 400, json: { error: 'file' } } : { status: 201, json: { length: text.length } }
      }
      default: return { status: 404 }
    }
  }

  #list (cursor: string | null): Reply {
    const from = cursor === null ? 0 : this.products.findIndex(each => this.#keyOf(each.name) === cursor)
    if (from < 0) return { status: 400, json: { error: 'cursor' } }
    const at = this.#fault === 'second-page' && from > 0 ? from - 1 : from
    const next = this.products[from + 2]
    return { status: 200, json: { products: this.products.slice(at, at + 2).map(({ id, name }) => ({ id, name })), nextCursor: next === undefined ? null : this.#keyOf(next.name) } }
  }

  #one (key: string, headers: IncomingMessage['headers']): Reply {
    const product = this.products.find(each => each.id === key)
    if (product === undefined) return { status: 404 }
    const etag = `"${product.version}"`
    const matches = headers['if-none-match'] === etag || (this.#fault === 'stale-tag' && headers['if-none-match'] === `"${product.version - 1}"`)
    return matches ? { status: 304, headers: { etag } } : { status: 200, json: product, headers: { etag } }
  }

  #rename (key: string, json: Record<string, unknown> | undefined): Reply {
    const product = this.products.find(each => each.id === key)
    if (product === undefined) return { status: 404 }
    if (typeof json?.name !== 'string' || json.name === '') return { status: 400, json: { error: 'name' } }
    Object.assign(product, { name: json.name, version: product.version + 1 })
    return { status: 200, json: product }
  }

  #take (key: string, json: Record<string, unknown> | undefined): Reply {
    const product = this.products.find(each => each.id === key)
    if (product === undefined) return { status: 404 }
    const amount = json?.amount
    if (typeof amount !== 'number' || !Number.isInteger(amount) || amount < 1 || amount > 100) return { status: 400, json: { error: 'amount' } }
    if (amount > product.stock || (this.#fault === 'last-one' && amount === product.stock && product.version > 1)) return { status: 409, json: { error: 'stock' } }
    product.stock -= amount
    product.version++
    return { status: 200, json: product }
  }
}

function jsonOf (text: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(text) as unknown
    return typeof value === 'object' && value !== null ? value as Record<string, unknown> : undefined
  } catch {
    return undefined
  }
}

/** Legacy, its twin and a candidate with a fault, in this process; as new before each trial. */
export async function openStores (fault?: StoreFault): Promise<Sides & { readonly connections: () => number }> {
  const closers: Array<() => Promise<void>> = []
  let connections = 0
  const open = async (name: SideName, own: StoreFault | undefined): Promise<Side> => {
    let store = new Store(name, own)
    const server = createServer((request, response) => {
      buffer(request).then(bytes => {
        const { status, json, headers } = store.answer(request, bytes.toString('latin1'))
        response.writeHead(status, { ...headers, ...(json !== undefined && { 'content-type': 'application/json' }) }).end(json === undefined ? undefined : JSON.stringify(json))
      }, () => response.destroy())
    })
    if (name === 'legacy') server.on('connection', () => { connections++ })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    closers.push(() => new Promise(resolve => {
      server.close(() => resolve())
      server.closeAllConnections()
    }))
    const origin = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    return { name, origin: () => origin, state: undefined, revive: async () => { store = new Store(name, own) } }
  }
  const [legacy, twin, candidate] = [await open('legacy', undefined), await open('twin', undefined), await open('candidate', fault)]
  return { legacy, twin, candidate, connections: () => connections, close: async () => { await Promise.all(closers.map(close => close())) } }
}
