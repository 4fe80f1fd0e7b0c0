import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { InMemoryProvider, OpenFeature } from '@openfeature/server-sdk'
import { createSwitch, type LogEvent, type Switch, type SwitchOptions } from 'cutover'
import { flags, Moody } from './flags.ts'

async function opened (t: TestContext, openfeature: SwitchOptions['openfeature'], further: Partial<SwitchOptions> = {}): Promise<{ readonly app: Switch, readonly events: LogEvent[], readonly share: () => number }> {
  const events: LogEvent[] = []
  const app = await createSwitch({ legacy: (_: unknown, response: { end (text: string): void }) => { response.end('legacy') }, candidate: (_: unknown, response: { end (text: string): void }) => { response.end('candidate') }, features: { vehicles: { routes: ['/v'] } }, journal: false, environment: {}, log: event => { events.push(event) }, openfeature, ...further })
  t.after(async () => await app.close())
  return { app, events, share: () => app.control.features()[0]!.share }
}

test('a switch takes its shares from the provider that its options make, and closes it', async t => {
  let closed = 0
  const provider = Object.assign(new InMemoryProvider(flags({ 'vehicles-share': 100 })), { onClose: async () => { closed++ } })
  const { app, share } = await opened(t, { flags: { vehicles: 'vehicles-share' }, provider: () => provider })
  assert.equal(share(), 10_000)
  const url = await app.listen({ port: 0 })
  assert.equal(await (await fetch(`${url}/v`)).text(), 'candidate')
  await app.close()
  assert.equal(closed, 1)
})

test('or from the one that the application has registered, which stays open', async t => {
  let closed = 0
  OpenFeature.setProvider(Object.assign(new InMemoryProvider(flags({ v: 20 })), { onClose: async () => { closed++ } }))
  OpenFeature.setProvider('of-a-domain', new InMemoryProvider(flags({ v: 30 })))
  t.after(async () => await OpenFeature.clearProviders())
  const first = await opened(t, { flags: { vehicles: 'v' } })
  assert.equal(first.share(), 2_000)
  await first.app.close()
  assert.equal(closed, 0)
  assert.equal((await opened(t, { flags: { vehicles: 'v' }, domain: 'of-a-domain' })).share(), 3_000)
})

test('two switches of one process have a provider each', async t => {
  const one = await opened(t, { flags: { vehicles: 'v' }, provider: () => new InMemoryProvider(flags({ v: 1 })) })
  const two = await opened(t, { flags: { vehicles: 'v' }, provider: async () => new InMemoryProvider(flags({ v: 2 })) })
  assert.deepEqual([one.share(), two.share()], [100, 200])
})

test('a flag wins over the config\'s own share at the start', async t => {
  const { share } = await opened(t, { flags: { vehicles: 'v' }, provider: () => new InMemoryProvider(flags({ v: 0 })) }, { features: { vehicles: { routes: ['/v'], share: '50%' } } })
  assert.equal(share(), 0)
})

test('flags are asked with the context of the config', async t => {
  const seen: unknown[] = []
  const provider = new Moody()
  provider.resolveNumberEvaluation = (async (_key: string, _default: number, context: object) => {
    seen.push({ ...context })
    return { value: 1 }
  }) as never
  await opened(t, { flags: { vehicles: 'v' }, provider: () => provider, context: { environment: 'production', targetingKey: 'gateway-1' } })
  assert.deepEqual(seen[0], { targetingKey: 'gateway-1', feature: 'vehicles', environment: 'production' })
})

test('a provider that cannot be made is told, and the switch opens with the shares that it had', async t => {
  const { share, events } = await opened(t, { flags: { vehicles: 'v' }, provider: () => { throw new Error('no connection') } }, { features: { vehicles: { routes: ['/v'], share: '50%' } } })
  assert.equal(share(), 5_000)
  assert.ok(events.some(({ level, message }) => level === 'error' && message.includes('no connection')))
})

test('a flag of a feature that is not there is a mistake in the config', async t => {
  await assert.rejects(opened(t, { flags: { vehicle: 'v' } }), { code: 'CUT_CONFIG_INVALID', message: /openfeature\.flags\.vehicle: there is no feature "vehicle"; there are vehicles/ })
  await assert.rejects(opened(t, { flags: { vehicles: 'v' }, provider: new InMemoryProvider() as never }), { code: 'CUT_CONFIG_INVALID', message: /openfeature\.provider: .* is not a function that returns an OpenFeature provider/ })
})
