// A switch over two tiny listeners, whose shares the proof sets: split.mjs FOLDER
import { createSwitch } from 'cutover'
import { answer, ready } from './ready.mjs'

const features = { random: {}, user: { stickyBy: 'header:x-user' }, visitor: { stickyBy: 'cookie' } }
const named = name => (request, response) => { response.end(name) }
const app = await createSwitch({
  legacy: named('legacy'),
  candidate: named('candidate'),
  features: Object.fromEntries(Object.entries(features).map(([name, more]) => [name, { routes: [`/${name}`], share: '0%', ...more }])),
  stateDir: process.argv[2]
})
answer(async ({ share }) => {
  for (const feature of Object.keys(features)) await app.control.setShare(feature, share, { who: 'proof', why: 'split' })
})
ready(String(await app.listen({ port: 0, host: '127.0.0.1' })).replace(/\/$/, ''))
