import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { bound, CannotRun, type Figure, type Options } from '../harness/figure.ts'
import { machine } from '../harness/machine.ts'
import { startNode, type NodeServer, type Server } from '../harness/process.ts'
import { withScratch } from '../harness/scratch.ts'
import { transpile } from '../harness/transpile.ts'
import { holdCrowd, type CrowdResult, type Seen, type Stage } from './sockets/crowd.ts'

const ways = ['in one process', 'as origins'] as const
const shares = [0, 1_000, 2_500, 5_000, 7_500, 10_000, 7_500, 5_000, 2_500, 1_000, 0] as const

/** Sockets of aegis, held through the switch while the share of their feature goes up and down and both faces make events. */
export async function run (options: Options): Promise<Figure> {
  const sockets = options.quick ? 60 : 500
  const code = await transpile(fileURLToPath(new URL('../../../../examples/aegis', import.meta.url)), 'cutover-sockets')
  const results: Record<string, CrowdResult> = {}
  try {
    for (const way of ways) {
      options.log(`aegis behind the switch, ${way}:`)
      results[way] = await withScratch(folder => hold(way, { folder, code, sockets, options }))
    }
  } finally {
    await rm(code, { recursive: true, force: true })
  }
  const sum = (of: (result: CrowdResult) => number): number => Object.values(results).reduce((total, result) => total + of(result), 0)
  return {
    figure: 'sockets',
    bounds: [
      bound('events_lost', '== 0', sum(({ lost }) => lost)),
      bound('wrong_side', '== 0', sum(({ wrongSide }) => wrongSide)),
      bound('events_twice', '== 0', sum(({ twice, strange }) => twice + strange)),
      bound('sockets_each_way', `>= ${sockets}`, Math.min(...Object.values(results).map(result => result.sockets))),
      bound('reconnects', '', sum(({ reconnects }) => reconnects))
    ],
    results,
    method: `${sockets} sockets of one user each way, half polling and then upgraded, a quarter polling, a quarter WebSocket only, without a sticky key, so that each request without a session is drawn; half opened at 0 %, the rest while the share rises. The share of the feature "sockets": ${shares.map(share => share / 100).join(', ')} %. At each share both faces write tasks, of which every socket must hear once, and sockets of both sides send to a room of a tenth of them. wrong_side: sessions of which requests reached both faces, requests for a session that a face does not know, and sockets whose id changed while they were connected`,
    machine: machine()
  }
}

async function hold (way: typeof ways[number], { folder, code, sockets, options }: { readonly folder: string, readonly code: string, readonly sockets: number, readonly options: Options }): Promise<CrowdResult> {
  const server = await start({ file: 'sockets-aegis.mjs', args: [code, folder, way], role: 'server', channel: true, env: { NODE_ENV: 'test', LOG_LEVEL: 'warn' } })
  try {
    const stage: Stage = {
      url: server.url,
      token: String(server.ready.token),
      rooms: server.ready.rooms as string[],
      event: 'task:created',
      setShare: async share => { await server.ask({ share }) },
      write: async side => String(await server.ask({ write: side })),
      seen: async () => await server.ask({ seen: true }) as Seen
    }
    return await holdCrowd(stage, { sockets, shares, eventsEach: 2, log: options.log })
  } finally {
    await server.stop()
  }
}

/** With its database it takes long to start on a busy machine. */
async function start (server: NodeServer): Promise<Server> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startNode(server)
    } catch (error) {
      if (attempt === 3 || !(error instanceof CannotRun)) throw error
    }
  }
}
