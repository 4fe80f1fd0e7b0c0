import { problem, whole, type Reply, type Routes } from './routes.ts'
import type { Cart, World } from './world.ts'

const coupons: Readonly<Record<string, number>> = { SAVE10: 10, SAVE25: 25 }

/** `/carts`. */
export const answerCarts: Routes = ({ method, path: [root, id, action, line, ...rest], body }, world, fault) => {
  if (root !== 'carts' || rest.length > 0) return undefined
  if (id === undefined) {
    if (method !== 'POST') return problem(405, 'not here')
    const cart: Cart = { id: world.carts.size + 1, status: 'open', coupons: [], lines: [] }
    world.carts.set(cart.id, cart)
    return { status: 201, json: shown(cart, world, fault) }
  }
  const cart = world.carts.get(whole(id, 1, 1e9) ?? 0)
  if (cart === undefined) return problem(404, 'there is no such cart')
  if (action === undefined) return method === 'GET' ? { status: 200, json: shown(cart, world, fault) } : problem(405, 'not here')
  const reply = change(`${method} ${action}`, cart, line, body, world, fault)
  return reply ?? { status: 200, json: shown(cart, world, fault) }
}

/** Does it; what stands in the way, or undefined. */
function change (what: string, cart: Cart, line: string | undefined, body: Readonly<Record<string, unknown>>, world: World, fault: string | undefined): Reply | undefined {
  switch (what) {
    case 'POST lines': return add(cart, body, world, fault)
    case 'DELETE lines': {
      const at = cart.lines.findIndex(({ itemId }) => String(itemId) === line)
      if (cart.status !== 'open') return problem(409, 'the cart is closed')
      if (at < 0) return problem(404, 'there is no such line')
      if (fault === 'removed-line-stays-at-0') cart.lines[at]!.quantity = 0
      else cart.lines.splice(at, 1)
      return undefined
    }
    case 'POST coupon': {
      const { code } = body
      if (typeof code !== 'string' || coupons[code] === undefined) return problem(400, 'there is no such coupon')
      if (cart.status !== 'open') return problem(409, 'the cart is closed')
      if (cart.coupons.includes(code) && fault !== 'coupon-twice') return problem(409, 'the coupon is used already')
      cart.coupons.push(code)
      return undefined
    }
    case 'POST checkout': {
      if (cart.status === 'paid') {
        if (fault === 'paid-twice') world.payments.push({ cart: cart.id, amount: total(cart) })
        return undefined
      }
      if (cart.status !== 'open') return problem(409, 'the cart is closed')
      if (cart.lines.length === 0) return problem(409, 'the cart is empty')
      if (fault === 'price-of-checkout') for (const line of cart.lines) line.price = world.items.get(line.itemId)?.price ?? line.price
      cart.status = 'paid'
      world.payments.push({ cart: cart.id, amount: total(cart) })
      return undefined
    }
    case 'POST refund': {
      if (cart.status !== 'paid') return problem(409, 'nothing was paid')
      cart.status = 'refunded'
      const amount = fault === 'refund-before-coupon' ? gross(cart) : total(cart)
      world.payments.push({ cart: cart.id, amount: -amount })
      return { status: 200, json: { refunded: amount } }
    }
    default: return problem(404, 'there is nothing here')
  }
}

function add (cart: Cart, body: Readonly<Record<string, unknown>>, world: World, fault: string | undefined): Reply | undefined {
  const quantity = whole(body.quantity, 1, 99, 1)
  const item = world.items.get(whole(body.itemId, 1, 1e9) ?? 0)
  if (quantity === undefined) return problem(400, 'quantity must be from 1 to 99')
  if (item === undefined) return problem(400, 'there is no such item')
  if (cart.status !== 'open') return problem(409, 'the cart is closed')
  const line = cart.lines.find(({ itemId }) => itemId === item.id)
  if (line === undefined) cart.lines.push({ itemId: item.id, name: item.name, price: item.price, quantity })
  else line.quantity = fault === 'second-add-replaces' ? quantity : line.quantity + quantity
  return undefined
}

function gross ({ lines }: Cart): number {
  return lines.reduce((sum, { price, quantity }) => sum + price * quantity, 0)
}

function total (cart: Cart): number {
  const off = cart.coupons.reduce((sum, code) => sum + (coupons[code] ?? 0), 0)
  return Math.floor(gross(cart) * Math.max(0, 100 - off) / 100)
}

function shown (cart: Cart, world: World, fault: string | undefined): object {
  const lines = cart.lines.map(line => fault === 'line-of-deleted-item' && !world.items.has(line.itemId) ? { ...line, name: null } : line)
  return { id: cart.id, status: cart.status, coupons: cart.coupons, lines, total: total(cart) }
}
