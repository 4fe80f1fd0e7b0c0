import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { openBackend } from '../backends/open-backend.ts'
import type { Control } from '../config/control.ts'
import type { ListenerTarget } from '../config/target.ts'
import { resolveConfig } from '../config/resolve.ts'
import { memoryJournal, openJournal } from '../switch/journal.ts'
import { throttled, type Log } from '../switch/log.ts'
import { SwitchResponse } from '../switch/response.ts'
import { assembleSwitch } from './assemble.ts'
import type { SwitchOptions } from './create-switch.ts'

export type SwitchPluginOptions = Omit<SwitchOptions, 'candidate' | 'listen' | 'admin'>

declare module 'fastify' {
  interface FastifyInstance {
    /** Changes shares; from `cutover/fastify`. */
    cutover: Control
  }
}

/**
 * Makes a Fastify instance the candidate and puts the switch in front of its own routes: requests that go to legacy
 * never reach its handlers. Register it first, on the root. Requests made with `inject` are decided too, but do not
 * fall back: there is no client to answer a second time.
 *
 *     await app.register(cutover, { legacy: expressApp, features: { health: { routes: ['GET /health'], share: '10%' } } })
 *     await app.cutover.setShare('health', 5_000, { who: 'me', why: 'half way' })
 */
async function cutover (fastify: FastifyInstance, { journal = true, log, environment = process.env, folder = process.cwd(), ...config }: SwitchPluginOptions): Promise<void> {
  const going = new WeakMap<IncomingMessage, () => void>()
  const candidate: ListenerTarget = {
    kind: 'listener',
    shadowable: false,
    keepsPrototypes: true,
    request: request => going.get(request)!(),
    acceptsUpgrade: () => fastify.server.listenerCount('upgrade') > 0,
    upgrade: () => {}
  }
  // A body that Fastify is to read cannot be read beforehand: its requests with a body do not fall back.
  const settings = resolveConfig({ ...config, fallback: { ...config.fallback, bodyLimit: '0B' }, candidate: { listener: () => {} } }, { folder, env: environment })
  const tell: Log = log ?? (({ level, message, ...about }) => fastify.log[level](about, message))
  const legacy = await openBackend(settings.legacy, { log: tell })
  const parts = await assembleSwitch({
    settings,
    targets: { legacy: legacy.target, candidate },
    journal: journal ? await openJournal(join(settings.stateDir, 'journal.ndjson')) : memoryJournal(),
    log: throttled(tell),
    env: environment
  })
  fastify.decorate('cutover', parts.control)
  fastify.addHook('onRequest', (request, reply, done) => {
    const response = SwitchResponse.adopt(reply.raw)
    going.set(request.raw, done)
    parts.dispatcher.handle(request.raw, response)
    if (response.decision!.backend === 'legacy') reply.hijack()
  })
  fastify.addHook('onClose', async () => {
    await parts.close()
    await legacy.stop()
  })
}

export default fastifyPlugin(cutover, { name: 'cutover', fastify: '5.x' })
export { cutover }
