import type { StateDump, TableDump } from '../../../src/state/state.ts'

export interface Item {
  readonly id: number
  name: string
  price: number
  stock: number
  reserved: number
  version: number
}

export interface Line {
  readonly itemId: number
  readonly name: string
  price: number
  quantity: number
}

export interface Cart {
  readonly id: number
  status: 'open' | 'paid' | 'refunded'
  coupons: string[]
  lines: Line[]
}

export interface Ticket {
  readonly id: number
  subject: string
  status: 'open' | 'pending' | 'closed'
  resolution: string | null
  comments: Array<{ readonly position: number, readonly text: string }>
}

/** What the shop holds. What is below `hidden` belongs to faults: a database has no column for it. */
export interface World {
  readonly items: Map<number, Item>
  readonly carts: Map<number, Cart>
  readonly tickets: Map<number, Ticket>
  readonly payments: Array<{ readonly cart: number, readonly amount: number }>
  nextItem: number
  readonly hidden: {
    /** Every item that there ever was. */
    counted: number
    readonly searchNames: Map<number, string>
    readonly usedNames: Set<string>
    readonly updated: Set<number>
    readonly ticketIndex: Map<number, Ticket['status']>
  }
}

/** Three items, an open ticket and no cart. */
export function emptyWorld (): World {
  const items = new Map([['kettle', 30, 5], ['mug', 8, 12], ['teapot', 45, 2]].map(([name, price, stock], at) =>
    [at + 1, { id: at + 1, name: name as string, price: price as number, stock: stock as number, reserved: 0, version: 1 }]))
  return {
    items,
    carts: new Map(),
    tickets: new Map([[1, { id: 1, subject: 'broken lid', status: 'open', resolution: null, comments: [] }]]),
    payments: [],
    nextItem: 4,
    hidden: {
      counted: 3,
      searchNames: new Map([...items].map(([id, { name }]) => [id, name])),
      usedNames: new Set([...items.values()].map(({ name }) => name)),
      updated: new Set(),
      ticketIndex: new Map([[1, 'open']])
    }
  }
}

/** The world as a database would be dumped. */
export function dumpOf (world: World): StateDump {
  return {
    tables: [
      table('carts', ['id', 'status', 'coupons', 'lines'], [...world.carts.values()].map(({ id, status, coupons, lines }) => [id, status, coupons, lines])),
      table('items', ['id', 'name', 'price', 'stock', 'reserved', 'version'], [...world.items.values()].map(({ id, name, price, stock, reserved, version }) => [id, name, price, stock, reserved, version])),
      table('payments', ['id', 'cart', 'amount'], world.payments.map(({ cart, amount }, at) => [at + 1, cart, amount])),
      table('tickets', ['id', 'subject', 'status', 'resolution', 'comments'], [...world.tickets.values()].map(({ id, subject, status, resolution, comments }) => [id, subject, status, resolution, comments]))
    ]
  }
}

function table (name: string, columns: readonly string[], rows: ReadonlyArray<readonly unknown[]>): TableDump {
  return {
    name,
    columns: columns.map((column, at) => ({ name: column, type: at === 0 ? 'integer' : 'text' })),
    key: ['id'],
    rows: rows.map(row => row.map(value => value === null ? null : typeof value === 'object' ? JSON.stringify(value) : String(value)))
  }
}
