// Aegis behind the switch, whose sockets the proof holds: sockets-aegis.mjs CODE FOLDER "in one process" | "as origins"
import { join } from 'node:path'
import { createSwitch } from 'cutover'
import { answer, ready } from './ready.mjs'

const [code, folder, way] = process.argv.slice(2)
const load = async file => await import(join(code, file))
const { readEnvironment } = await load('environment.js')
const { openServices } = await load('services.js')
const { buildFaces } = await load('faces.js')
const { demoUsers: [{ email, authHash }] } = await load('data/seed.js')
const { default: config } = await load('cutover.config.js')

const services = await openServices(readEnvironment(process.env))
const { bus } = services.realtime
const attach = bus.attach
const attached = []
bus.attach = sockets => {
  attached.push(sockets)
  return attach(sockets)
}
// Legacy's sockets are attached first.
const faces = await buildFaces(services)
const servers = { legacy: faces.legacy, candidate: faces.candidate.server }

const sids = { legacy: new Set(), candidate: new Set() }
const opened = { legacy: 0, candidate: 0 }
let unknown = 0
for (const [side, server] of Object.entries(servers)) {
  const see = ({ url }) => {
    const sid = /[?&]sid=([^&]+)/.exec(url)?.[1]
    if (sid !== undefined) sids[side].add(sid)
  }
  server.prependListener('request', see).prependListener('upgrade', see)
}
for (const [place, { engine }] of attached.entries()) {
  const side = ['legacy', 'candidate'][place]
  engine.on('connection', () => { opened[side]++ })
  engine.on('connection_error', ({ code }) => { if (code === 1) unknown++ })
}

const secret = 'known-to-all-who-read-this'
const origins = way === 'as origins' ? await listen() : undefined
const app = await createSwitch({
  ...config,
  ...origins ?? faces,
  force: { secret },
  environment: {},
  folder: code,
  stateDir: folder,
  log: () => {}
})
const url = String(await app.listen({ port: 0, host: '127.0.0.1' })).replace(/\/$/, '')
const signedIn = await ask('POST', '/api/auth/login', { email, authHash })
const rooms = []
for (let count = 0; count < 10; count++) rooms.push(`note:${(await ask('POST', '/api/notes', { encryptedTitle: 'bm90ZQ==' }, signedIn.token)).id}`)

answer(async ({ share, write }) => {
  if (share !== undefined) return await app.control.setShare('sockets', share, { who: 'proof', why: 'sockets' })
  if (write !== undefined) return (await ask('POST', '/api/tasks', { encryptedText: 'dGFzaw==' }, signedIn.token, write)).id
  return { onBoth: [...sids.legacy].filter(sid => sids.candidate.has(sid)).length, unknown, opened }
})
ready(url, { token: signedIn.token, rooms })

async function ask (method, path, body, token, side) {
  const response = await fetch(url + path, {
    method,
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...token && { authorization: `Bearer ${token}` }, ...side && { 'x-cutover-backend': `${side} ${secret}` } }
  })
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`)
  if (side && response.headers.get('x-routed-to') !== side) throw new Error(`${path} was not written by ${side}`)
  return await response.json()
}

async function listen () {
  await new Promise(resolve => faces.legacy.listen(0, '127.0.0.1', resolve))
  const candidate = await faces.candidate.listen({ port: 0, host: '127.0.0.1' })
  return { legacy: { origin: `http://127.0.0.1:${faces.legacy.address().port}` }, candidate: { origin: candidate } }
}
