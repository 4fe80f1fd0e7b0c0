// Routes as large APIs have them: six in ten static, three with parameters, one a wildcard.

const words = ['account', 'address', 'asset', 'audit', 'basket', 'billing', 'booking', 'calendar', 'campaign', 'carrier', 'catalog', 'claim',
  'contact', 'contract', 'customer', 'delivery', 'device', 'document', 'driver', 'event', 'feature', 'folder', 'group', 'import', 'invoice',
  'item', 'label', 'ledger', 'location', 'member', 'message', 'note', 'notice', 'offer', 'order', 'parcel', 'payment', 'permission', 'plan',
  'policy', 'price', 'product', 'profile', 'project', 'quota', 'quote', 'rate', 'record', 'refund', 'region', 'report', 'return', 'review',
  'role', 'route', 'rule', 'schedule', 'search', 'session', 'setting', 'shipment', 'stock', 'supplier', 'tag', 'task', 'team', 'template',
  'ticket', 'token', 'tracking', 'user', 'vehicle', 'vendor', 'version', 'visit', 'voucher', 'warehouse', 'webhook', 'widget', 'zone']
const kinds = ['static', 'static', 'param', 'static', 'static', 'param', 'static', 'wildcard', 'static', 'params']

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function seededNumbers (seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) >>> 0
    let word = Math.imul(seed ^ (seed >>> 15), seed | 1)
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61)
    return ((word ^ (word >>> 14)) >>> 0) / 4_294_967_296
  }
}

/**
 * Distinct routes; every ten of them hold the mix.
 * `pattern` is a route of the switch, `example` makes a path that it matches.
 */
export function makeRoutes (count, random) {
  const seen = new Set()
  const routes = []
  const word = () => words[Math.floor(random() * words.length)]
  while (routes.length < count) {
    const kind = kinds[routes.length % 10]
    const base = `/api/v${1 + Math.floor(random() * 3)}/${word()}s`
    const last = `${word()}-${word()}`
    const path = {
      static: `${base}/${last}`,
      param: `${base}/${word()}s/:id/${last}`,
      params: `${base}/:id/${last}/:part`,
      wildcard: `${base}/${last}-files/*`
    }[kind]
    if (seen.has(path)) continue
    seen.add(path)
    const method = ['GET', 'GET', 'POST', 'PUT', 'DELETE'][routes.length % 5]
    routes.push({ method, pattern: { methods: routes.length % 3 === 0 ? undefined : [method], path }, example: random => exampleOf(path, random) })
  }
  return routes
}

function exampleOf (path, random) {
  const id = () => Math.floor(random() * 4_294_967_296).toString(16).padStart(8, '0')
  const filled = path.replace(/:id/, id).replace(/:part/, id).replace(/\*$/, () => `${id()}/${id()}.pdf`)
  return random() < 0.3 ? `${filled}?page=${1 + Math.floor(random() * 50)}&sort=name` : filled
}
