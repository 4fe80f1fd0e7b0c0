// The switch of the proof: ledger-switch.mjs FOLDER [LEGACY CANDIDATE], before two origins, or with both apps in it.
import { createSwitch, openGateway, resolveConfig } from 'cutover'
import { createCandidate, createLegacy, createStore } from './ledger-apps.mjs'
import { answer, ready } from './ready.mjs'

const [folder, legacyUrl, candidateUrl] = process.argv.slice(2)
const config = {
  features: { items: { routes: ['/items', '/items/*'], risk: 'high', share: '100%' } },
  stateDir: folder,
  // Short, so that the breaker opens and closes again in every phase and the edges are met often.
  timeouts: { firstByte: '500ms', keepAlive: '60s' },
  breaker: { open: '500ms' }
}
if (legacyUrl === undefined) {
  const legacy = createLegacy(createStore())
  const candidate = createCandidate(createStore())
  const app = await createSwitch({ ...config, legacy: legacy.app, candidate: candidate.app })
  answer(({ mode }) => {
    candidate.book.mode = mode ?? candidate.book.mode
    return { served: candidate.book.served }
  })
  ready(String(await app.listen({ port: 0, host: '127.0.0.1' })).replace(/\/$/, ''))
} else {
  const gateway = await openGateway(resolveConfig({
    ...config,
    legacy: { origin: legacyUrl },
    candidate: { origin: candidateUrl },
    listen: { port: 0 },
    admin: { enabled: false }
  }, { folder }), { log: () => {} })
  answer(() => ({}))
  ready(gateway.url)
}
