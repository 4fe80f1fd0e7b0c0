import { answerOf, measureBlock, waited, type Block } from '../harness/block.ts'
import { medianOf, pick, ratioOf, record, runBlocks } from '../harness/blocks.ts'
import { bound, CannotRun, type Bound, type Figure, type Options } from '../harness/figure.ts'
import { sendLoad } from '../harness/load.ts'
import { machine } from '../harness/machine.ts'
import { startNode, stopAll, type Server } from '../harness/process.ts'
import { body, haproxy, haproxyProxy, haproxyUpstream, nginx, nginxProxy, nginxUpstream } from '../harness/programs.ts'
import { withScratch } from '../harness/scratch.ts'

const shapes = {
  get: { connections: 50, seconds: 1, method: 'GET' },
  post: { connections: 50, seconds: 1, method: 'POST', bodyBytes: 10_240 }
} as const
type Shape = keyof typeof shapes
const wants: Readonly<Record<string, string>> = { fastify_http_proxy: '>= 2.0', http_proxy_middleware: '', httpxy: '', haproxy: '>= 0.42', nginx: '' }
type Sample = Readonly<Record<Shape, Block>>

/** Requests a second through the gateway over those through other proxies, each on one core, to one upstream. */
export async function run (options: Options): Promise<Figure> {
  const variants = ['ours', 'fastify_http_proxy', 'http_proxy_middleware', 'httpxy', 'undici', ...haproxy ? ['haproxy'] : [], ...nginx ? ['nginx'] : []]
  const notes = [...haproxy ? [] : ['haproxy is not installed: not measured'], ...nginx ? [] : ['nginx is not installed: not measured']]
  // Processes of one program differ by how V8 came to compile it, for as long as they live: many starts, few rounds.
  const starts = options.quick ? 1 : 5
  const rounds = options.quick ? 1 : Math.max(2, Math.round((options.seconds ?? 140) / starts / variants.length / 2))

  return withScratch(async folder => {
    const upstreams: Server[] = []
    try {
      const node = () => startNode({ file: 'upstream.mjs', role: 'load' })
      const forGet = await (nginx ? nginxUpstream(folder) : node())
      upstreams.push(forGet)
      // nginx answers before it has read a body, which makes some proxies give the connection up.
      const forPost = await (haproxy ? haproxyUpstream(folder) : node())
      upstreams.push(forPost)
      const ceiling = {
        get: Math.round((await sendLoad({ ...shapes.get, url: forGet.url })).rate),
        post: Math.round((await sendLoad({ ...shapes.post, url: forPost.url })).rate)
      }
      options.log(`load and upstream on one core, without a proxy: ${ceiling.get} GET/s, ${ceiling.post} POST/s`)
      // One process a proxy for each shape, as each shape has its upstream.
      const blocks = await runBlocks<string, Sample>({
        variants,
        starts,
        rounds,
        log: options.log,
        open: name => openPair(name, folder, forGet.url, forPost.url),
        warm: async servers => {
          for (const name of variants) {
            await check(name, servers[name]!)
            for (const shape of ['get', 'post'] as const) {
              await measureBlock(side(servers[name]!, shape), { ...shapes[shape], seconds: options.quick ? 1 : 3 }, '/')
            }
          }
        },
        measure: async server => ({
          get: await measureBlock(side(server, 'get'), shapes.get, '/'),
          post: await measureBlock(side(server, 'post'), shapes.post, '/')
        })
      })
      const read = (name: string, shape: Shape, key: keyof Block) => pick(blocks[name]!, sample => sample[shape][key])
      const boundsOf = (shape: Shape, prefix: string): Bound[] => Object.entries(wants).map(([name, want]) =>
        bound(prefix + name, prefix === '' ? want : '', blocks[name] ? ratioOf(read('ours', shape, 'rate'), read(name, shape, 'rate')) : null))
      const table = (key: keyof Block, digits: number) => record(['get', 'post'] as const, shape =>
        record(variants, name => Number(medianOf(read(name, shape, key)).toFixed(digits))))
      const busy = table('busy', 2)
      for (const shape of ['get', 'post'] as const) {
        const note = waited(busy[shape])
        if (note !== undefined) notes.push(`${shape}: ${note}`)
      }
      for (const note of notes) options.log(note)
      return {
        figure: 'gateway',
        bounds: [...boundsOf('get', ''), ...boundsOf('post', 'post_')],
        notes,
        undici_over_ours: record(['get', 'post'] as const, shape => ratioOf(read('undici', shape, 'rate'), read('ours', shape, 'rate'))),
        cpu_theirs_over_ours: record(['get', 'post'] as const, shape =>
          record(variants.filter(name => name !== 'ours'), name => ratioOf(read(name, shape, 'cpuPerRequest'), read('ours', shape, 'cpuPerRequest')))),
        median_rps: table('rate', 0),
        median_p95_ms: table('p95', 2),
        median_cpu_us: table('cpuPerRequest', 2),
        proxy_busy: busy,
        failed: record(variants, name => read(name, 'get', 'failed').flat().concat(read(name, 'post', 'failed').flat()).reduce((sum, count) => sum + count, 0)),
        ceiling_rps: ceiling,
        method: '50 connections, closed loop, blocks of 1 s interleaved; the proxy alone on one core, load and upstream on the other; value: ratio within each round, the middle half of the rounds of each start, geometric mean over starts. cpu_theirs_over_ours does not depend on what the load and the upstream can do',
        upstream: { get: nginx ? 'nginx' : 'node:http', post: haproxy ? 'haproxy' : 'node:http' },
        starts,
        rounds,
        machine: machine()
      }
    } finally {
      await stopAll(upstreams)
    }
  })
}

interface Pair extends Server { readonly post: Server }

function side (server: Server, shape: Shape): Server {
  return shape === 'get' ? server : (server as Pair).post
}

async function openPair (name: string, folder: string, getUpstream: string, postUpstream: string): Promise<Pair> {
  const open = (upstream: string, label: string): Promise<Server> => {
    if (name === 'haproxy') return haproxyProxy(folder, upstream, label)
    if (name === 'nginx') return nginxProxy(folder, upstream, label)
    return startNode({ file: 'proxy.mjs', args: [name, upstream, `${folder}/${label}`], role: 'server' })
  }
  const get = await open(getUpstream, 'get')
  const post = await open(postUpstream, 'post').catch(async (error: unknown) => {
    await get.stop()
    throw error
  })
  return { ...get, post, stop: () => stopAll([get, post]) }
}

async function check (name: string, server: Server): Promise<void> {
  const wanted = `200 application/json ${body}`
  const padded = { method: 'POST', body: 'x'.repeat(10_240), headers: { 'content-type': 'application/json' } }
  for (const answer of [await answerOf(side(server, 'get'), '/'), await answerOf(side(server, 'post'), '/', padded)]) {
    if (answer !== wanted) throw new CannotRun(`${name} answers ${answer.slice(0, 200)} instead of ${wanted}`)
  }
}
