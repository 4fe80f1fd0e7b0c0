import type { Step } from '../../../src/parity/scenario/scenario.ts'

/** A fault of the candidate, and the smallest sequence of requests known to show it. */
export interface Fault {
  readonly about: string
  readonly smallest: readonly Step[]
}

const cart: Step = { request: 'POST /carts' }
const line = (json: object = { itemId: 1 }): Step => ({ request: 'POST /carts/1/lines', json })
const coupon: Step = { request: 'POST /carts/1/coupon', json: { code: 'SAVE10' } }
const checkout: Step = { request: 'POST /carts/1/checkout' }
const status = (value: string): Step => ({ request: 'PATCH /tickets/1', json: { status: value } })
const comment: Step = { request: 'POST /tickets/1/comments', json: { text: '' } }
const put: Step = { request: 'PUT /items/1' }

/** None shows in a single request. */
export const faults = {
  'total-counts-deleted': { about: 'the total of a list still counts what was deleted', smallest: [{ request: 'DELETE /items/1' }, { request: 'GET /items' }] },
  'page-by-id': { about: 'after a deletion pages are cut by id, not by position', smallest: [{ request: 'DELETE /items/1' }, { request: 'GET /items?size=1' }] },
  'search-keeps-old-name': { about: 'the search does not hear of a new name', smallest: [{ request: 'PUT /items/1', json: { name: 'a' } }, { request: 'GET /search' }] },
  'name-stays-taken': { about: 'the name of a deleted item cannot be used again', smallest: [{ request: 'DELETE /items/2' }, { request: 'POST /items', json: { name: 'mug', price: 0 } }] },
  'version-stops-at-3': { about: 'the third update does not raise the version', smallest: [put, put, put] },
  'if-match-first-version': { about: 'If-Match is compared with the first version', smallest: [put, { ...put, headers: { 'if-match': '1' } }] },
  'sort-as-text-after-update': { about: 'once a price was written prices sort as text', smallest: [put, { request: 'GET /items?sort=price' }] },
  'last-one-after-reserve': { about: 'a second reservation cannot take the last one', smallest: [{ request: 'POST /items/3/reserve', json: { quantity: 1 } }, { request: 'POST /items/3/reserve', json: { quantity: 1 } }] },
  'release-too-much': { about: 'more can be released than is reserved', smallest: [{ request: 'POST /items/1/reserve', json: { quantity: 1 } }, { request: 'POST /items/1/release', json: { quantity: 2 } }] },
  'removed-line-stays-at-0': { about: 'a line that is taken away stays with quantity 0', smallest: [cart, line(), { request: 'DELETE /carts/1/lines/1' }] },
  'coupon-twice': { about: 'a coupon is taken twice', smallest: [cart, coupon, coupon] },
  'paid-twice': { about: 'a second checkout stores a second payment and answers alike', smallest: [cart, line(), checkout, checkout] },
  'price-of-checkout': { about: 'a checkout takes the price of now, not that of the line', smallest: [cart, line(), { request: 'PUT /items/1', json: { price: 0 } }, checkout] },
  'refund-before-coupon': { about: 'a refund forgets the coupon', smallest: [cart, line(), coupon, checkout, { request: 'POST /carts/1/refund' }] },
  'second-add-replaces': { about: 'adding an item again replaces its quantity', smallest: [cart, line(), line()] },
  'line-of-deleted-item': { about: 'a line loses its name when its item is deleted', smallest: [cart, line(), { request: 'DELETE /items/1' }, { request: 'GET /carts/1' }] },
  'filter-by-first-status': { about: 'tickets are filtered by the status they began with', smallest: [status('closed'), { request: 'GET /tickets?status=open' }] },
  'reopened-stays-resolved': { about: 'a ticket that is opened again keeps its resolution', smallest: [status('closed'), status('open')] },
  'comment-on-closed': { about: 'a closed ticket still takes comments', smallest: [status('closed'), comment] },
  'third-comment': { about: 'the third comment gets the place of the second', smallest: [comment, comment, comment] }
} as const satisfies Readonly<Record<string, Fault>>

export type FaultName = keyof typeof faults
