// A gateway whose shadowing is turned on and off by its admin listener: shadow-switch.mjs FOLDER LEGACY CANDIDATE
import { openGateway, resolveConfig } from 'cutover'
import { answer, ready } from './ready.mjs'

const [folder, legacy, candidate] = process.argv.slice(2)
const gateway = await openGateway(resolveConfig({
  legacy: { origin: legacy },
  candidate: { origin: candidate },
  features: { all: { routes: ['/*'], share: '0%' } },
  listen: { port: 0 },
  admin: { token: 'a-token-of-the-bench' },
  stateDir: folder
}, { folder }), { log: () => {} })
answer(() => ({ admin: gateway.adminUrl }))
ready(gateway.url)
