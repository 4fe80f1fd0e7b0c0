// A strict TypeScript project that uses the packed types. Compiled, not run, by scripts/packed-smoke.mjs.
import Fastify from 'fastify'
import { createSwitch, defineConfig, type BasisPoints, type Change, type Control, type Gateway, type LogEvent, type StatusResponse, type Switch } from 'cutover'
import cutover, { type SwitchPluginOptions } from 'cutover/fastify'

export const config = defineConfig({
  legacy: { command: 'node express.js', origin: 'http://127.0.0.1:5001', health: '/health' },
  candidate: { module: './fastify.js', export: 'app' },
  features: { vehicles: { routes: ['/api/vehicles', '/api/vehicles/*'], risk: 'high', share: '0%', stickyBy: 'header:authorization', env: 'VEHICLES_BACKEND' } }
})

export async function start (): Promise<string> {
  const events: LogEvent[] = []
  const app: Switch = await createSwitch({
    legacy: (_request: unknown, _response: unknown) => {},
    candidate: Fastify(),
    features: { health: { routes: ['GET /health'], stickyBy: request => request.headers['x-user']?.toString() } },
    log: event => { events.push(event) }
  })
  const control: Control = app.control
  const share: BasisPoints = 2_500
  const change: Change = await control.setShare('health', share, { who: 'me', why: 'half way' })
  const status: StatusResponse = app.status()
  const errors: number | undefined = status.features[0]?.backends.candidate.errors
  // @ts-expect-error a cause is needed
  await control.setShare('health', share)
  // @ts-expect-error there is no such option
  await createSwitch({ legacy: Fastify(), candidate: Fastify(), features: {}, jurnal: false })
  return `${await app.listen({ port: 0 })} ${change.to} ${errors ?? 0}`
}

export async function plugin (options: SwitchPluginOptions): Promise<Control> {
  const app = Fastify()
  await app.register(cutover, options)
  return app.cutover
}

export type Closing = Gateway['close']
