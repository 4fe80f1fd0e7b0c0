// Times decisions in this process: node --expose-gc decide.mjs ROUNDS BATCHES
// Prints one line of JSON: nanoseconds a decision by round and number of routes, bytes a decision.
import { Routing } from '../../dist/switch/routing.js'
import { makeRoutes, seededNumbers } from './routes.mjs'

const [rounds, batches] = process.argv.slice(2).map(Number)
// Small enough that its strings are in the cache, as those of a request are that has just been parsed.
const batchSize = 256
const random = seededNumbers(42)
const breaker = { enabled: true, failures: 10, windowMs: 10_000, openMs: 5_000, probes: 3 }
const users = Buffer.from(Array.from({ length: 1_000 }, () => `user-${String(Math.floor(random() * 1e5)).padStart(5, '0')}`).join(''), 'latin1')
const pool = makeRoutes(10_000, random)
const wide = build(pool, 100)

/**
 * Half of the features are split by a sticky key, half are all on the candidate, so that a decision
 * is the same work on average however many routes there are.
 */
function build (routes, count) {
  const each = routes.length / count
  const features = Array.from({ length: count }, (_, i) => ({
    name: `feature-${i}`,
    routes: routes.slice(i * each, (i + 1) * each).map(route => route.pattern),
    risk: 'medium',
    share: i % 2 === 0 ? 5_000 : 10_000,
    stickyBy: i % 2 === 0 ? { kind: 'header', name: 'x-user' } : undefined,
    pin: { legacy: [], candidate: [] },
    env: undefined,
    fallback: true
  }))
  const settings = { features, breaker, trustedProxies: false, force: { header: 'x-cutover-backend', secret: undefined } }
  return { requests: encode(routes), routing: new Routing(settings, () => undefined, Math.random) }
}

/** Ten routes in the same mix as the ten thousand. */
function narrow () {
  const chosen = []
  for (let kind = 0; kind < 10; kind++) chosen.push(pool[kind + 10 * Math.floor(random() * pool.length / 10)])
  return build(chosen, 2)
}

/** As many requests to either table, as bytes: drawn evenly over its routes. */
function encode (routes) {
  const ends = [0]
  const text = Array.from({ length: 10_000 }, (_, i) => {
    const route = routes[i % routes.length]
    const url = route.example(random)
    ends.push(ends.at(-1) + url.length)
    return url
  }).join('')
  return { bytes: Buffer.from(text, 'latin1'), ends, methods: routes.map(route => route.method) }
}

/** Requests whose strings are fresh, flat and not shared, as a parser makes them from a socket's bytes. */
function makeBatch ({ requests: { bytes, ends, methods } }) {
  return Array.from({ length: batchSize }, () => {
    const i = Math.floor(random() * 10_000)
    const user = Math.floor(random() * 1_000) * 10
    return { method: methods[i % methods.length], url: bytes.latin1Slice(ends[i], ends[i + 1]), headers: { 'x-user': users.latin1Slice(user, user + 10) } }
  })
}

let onCandidate = 0

function decideBatch (routing, batch) {
  const now = performance.now()
  for (let i = 0; i < batch.length; i++) {
    const decision = routing.decide(batch[i], now)
    if (decision.feature === undefined) throw new Error(`no route for ${batch[i].method} ${batch[i].url}`)
    if (decision.backend === 'candidate') onCandidate++
  }
}

function time (side) {
  const batch = makeBatch(side)
  const from = process.hrtime.bigint()
  decideBatch(side.routing, batch)
  return Number(process.hrtime.bigint() - from) / batchSize
}

function round () {
  const few = narrow()
  const samples = { few: [], many: [] }
  for (let i = 0; i < batches; i++) {
    const order = i % 2 === 0 ? ['few', 'many'] : ['many', 'few']
    for (const name of order) samples[name].push(time(name === 'few' ? few : wide))
  }
  // The median of batches: a batch in which the scheduler took the core away says nothing.
  const middle = list => list.sort((a, b) => a - b)[list.length >> 1]
  return { few: middle(samples.few), many: middle(samples.many) }
}

/** Bytes that `work` leaves on the heap, with no collection meanwhile. */
function bytesOf (work) {
  globalThis.gc()
  const before = process.memoryUsage().heapUsed
  work()
  return process.memoryUsage().heapUsed - before
}

function bytesPerDecision (side) {
  const list = Array.from({ length: 20 }, () => makeBatch(side))
  const nothing = bytesOf(() => {})
  return (bytesOf(() => { for (const batch of list) decideBatch(side.routing, batch) }) - nothing) / (batchSize * list.length)
}

/** The same way of counting on objects of a known size: 5 words of 8 bytes, a header and four elements, in an array's place. */
function calibrate () {
  const kept = new Array(5_000)
  const nothing = bytesOf(() => {})
  return (bytesOf(() => { for (let i = 0; i < kept.length; i++) kept[i] = { a: kept, b: kept, c: kept, d: kept } }) - nothing) / kept.length
}

for (let i = 0; i < 5; i++) round()
calibrate()
const times = Array.from({ length: rounds }, round)
const counts = { few: [], many: [] }
for (let i = 0; i < 11; i++) {
  counts.few.push(bytesPerDecision(narrow()))
  counts.many.push(bytesPerDecision(wide))
}
console.log(JSON.stringify({
  few: times.map(each => each.few),
  many: times.map(each => each.many),
  bytes: counts,
  bytesOfFourFields: calibrate(),
  onCandidate
}))
