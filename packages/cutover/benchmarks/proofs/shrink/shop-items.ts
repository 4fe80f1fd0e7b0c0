import { problem, whole, type Reply, type Routes } from './routes.ts'
import type { Item, World } from './world.ts'

/** `/items` and `/search`. */
export const answerItems: Routes = (asked, world, fault) => {
  const { method, path: [root, id, action, ...rest], query, body } = asked
  if (rest.length > 0) return undefined
  if (root === 'search' && id === undefined && method === 'GET') {
    const wanted = query.get('q') ?? ''
    const nameOf = (item: Item): string => fault === 'search-keeps-old-name' ? world.hidden.searchNames.get(item.id)! : item.name
    return { status: 200, json: { results: [...world.items.values()].filter(item => nameOf(item).includes(wanted)).map(item => ({ id: item.id, name: nameOf(item) })) } }
  }
  if (root !== 'items') return undefined
  if (id === undefined) return method === 'GET' ? list(query, world, fault) : method === 'POST' ? create(body, world, fault) : problem(405, 'not here')
  const item = world.items.get(whole(id, 1, 1e9) ?? 0)
  if (item === undefined) return problem(404, 'there is no such item')
  if (action === undefined) {
    if (method === 'GET') return { status: 200, json: shown(item) }
    if (method === 'PUT') return update(item, asked, world, fault)
    if (method !== 'DELETE') return problem(405, 'not here')
    world.items.delete(item.id)
    return { status: 204 }
  }
  if (method !== 'POST' || (action !== 'reserve' && action !== 'release')) return undefined
  const quantity = whole(body.quantity, 1, 1000)
  if (quantity === undefined) return problem(400, 'quantity must be from 1 to 1000')
  return action === 'reserve' ? reserve(item, quantity, fault) : release(item, quantity, fault)
}

function list (query: URLSearchParams, world: World, fault: string | undefined): Reply {
  const page = whole(query.get('page'), 1, 1000, 1)
  const size = whole(query.get('size'), 1, 100, 20)
  const sort = query.get('sort') ?? 'id'
  if (page === undefined || size === undefined) return problem(400, 'page and size must be whole numbers above 0')
  if (sort !== 'id' && sort !== 'price') return problem(400, 'sort must be id or price')
  const all = [...world.items.values()]
  if (sort === 'price') {
    const asText = fault === 'sort-as-text-after-update' && all.some(({ id }) => world.hidden.updated.has(id))
    all.sort((a, b) => asText ? (String(a.price) < String(b.price) ? -1 : 1) : a.price - b.price || a.id - b.id)
  }
  const from = (page - 1) * size
  // Pages by the ids that were given out, as a keyset without its index would have them.
  const items = fault === 'page-by-id' && sort === 'id' ? all.filter(({ id }) => id > from && id <= from + size) : all.slice(from, from + size)
  return { status: 200, json: { items: items.map(shown), total: fault === 'total-counts-deleted' ? world.hidden.counted : all.length } }
}

function create (body: Readonly<Record<string, unknown>>, world: World, fault: string | undefined): Reply {
  const { name } = body
  const price = whole(body.price, 0, 100_000)
  const stock = whole(body.stock, 0, 100_000, 0)
  if (typeof name !== 'string' || name === '' || name.length > 40) return problem(400, 'name must have 1 to 40 characters')
  if (price === undefined || stock === undefined) return problem(400, 'price and stock must be whole numbers')
  const taken = fault === 'name-stays-taken' ? world.hidden.usedNames.has(name) : [...world.items.values()].some(item => item.name === name)
  if (taken) return problem(409, 'the name is taken')
  const item: Item = { id: world.nextItem++, name, price, stock, reserved: 0, version: 1 }
  world.items.set(item.id, item)
  world.hidden.counted++
  world.hidden.searchNames.set(item.id, name)
  world.hidden.usedNames.add(name)
  return { status: 201, json: shown(item) }
}

function update (item: Item, { body, header }: Parameters<Routes>[0], world: World, fault: string | undefined): Reply {
  const { name = item.name } = body
  const price = whole(body.price, 0, 100_000, item.price)
  if (typeof name !== 'string' || name === '' || name.length > 40) return problem(400, 'name must have 1 to 40 characters')
  if (price === undefined) return problem(400, 'price must be a whole number')
  const match = header('if-match')
  const version = fault === 'if-match-first-version' ? 1 : item.version
  if (match !== undefined && match !== String(version)) return problem(412, 'the item has changed')
  Object.assign(item, { name, price, version: fault === 'version-stops-at-3' ? Math.min(item.version + 1, 3) : item.version + 1 })
  world.hidden.updated.add(item.id)
  return { status: 200, json: shown(item) }
}

function reserve (item: Item, quantity: number, fault: string | undefined): Reply {
  const left = item.stock - item.reserved
  const short = fault === 'last-one-after-reserve' && item.reserved > 0 ? quantity >= left : quantity > left
  if (short) return problem(409, 'not enough in stock')
  item.reserved += quantity
  return { status: 200, json: shown(item) }
}

function release (item: Item, quantity: number, fault: string | undefined): Reply {
  if (quantity > item.reserved && !(fault === 'release-too-much' && item.reserved > 0)) return problem(409, 'not that many are reserved')
  item.reserved = Math.max(0, item.reserved - quantity)
  return { status: 200, json: shown(item) }
}

function shown ({ id, name, price, stock, reserved, version }: Item): object {
  return { id, name, price, available: stock - reserved, version }
}
