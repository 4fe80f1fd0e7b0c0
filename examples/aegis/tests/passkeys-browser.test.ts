import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { createSwitch, type Switch } from 'cutover'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import config from '../cutover.config.ts'
import { demoUsers } from '../data/seed.ts'
import { buildFaces } from '../faces.ts'
import type { OpenServices } from '../services.ts'
import { openFace, openWorld, serve, type FaceName, type OpenFace, type World } from './world.ts'

const executablePath = '/usr/bin/chromium'
const missing = existsSync(executablePath) || process.env.CUTOVER_CI !== undefined ? false : 'Chromium is missing: apt-get install chromium'
const shareOf = { legacy: 0, candidate: 10_000 } as const

describe('passkeys in a browser, with a virtual authenticator', { skip: missing, timeout: 120_000 }, () => {
  let world: World
  let services: OpenServices
  let app: Switch
  let browser: Browser
  let api: string
  // The web app lives on another port than the server.
  let web: OpenFace
  let origin: string
  before(async () => {
    world = await openWorld()
    web = await serve((_request, response) => { response.setHeader('content-type', 'text/html').end(`<title>aegis</title><script>${script(api)}</script>`) })
    origin = onLocalhost(web.url)
    services = await world.services({ WEB_ORIGINS: origin })
    app = await createSwitch({ ...config, ...await buildFaces(services), environment: {}, journal: false })
    api = onLocalhost(await app.listen({ host: '127.0.0.1', port: 0 }))
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update'] })
  })
  after(async () => {
    await browser?.close()
    await web?.close()
    await app?.close()
    await services?.close()
    await world?.close()
  })

  const moveAuth = async (to: FaceName): Promise<void> => { await app.control.setShare('auth', shareOf[to], { who: 'test', why: 'a test' }) }

  for (const [here, there] of [['legacy', 'candidate'], ['candidate', 'legacy']] as const) {
    test(`one registered on ${here} signs in on ${there}`, async () => {
      const visit = await openVisit(browser, origin)
      try {
        await moveAuth(here)
        const [ada] = demoUsers
        assert.deepEqual(await visit.call('POST', '/login', { email: ada!.email, authHash: ada!.authHash }), { status: 200, side: here })
        assert.deepEqual(await visit.callCreate(), { status: 201, side: here })
        assert.deepEqual(await visit.call('POST', '/logout'), { status: 204, side: here })
        assert.deepEqual(await visit.call('GET', '/me'), { status: 401, side: here })

        await moveAuth(there)
        assert.deepEqual(await visit.callGet(), { status: 200, side: there })
        assert.deepEqual(await visit.call('GET', '/me'), { status: 200, side: there })
        const cookies = await visit.context.cookies(api)
        assert.deepEqual(cookies.map(({ name, httpOnly, sameSite, secure, path, expires }) => ({ name, httpOnly, sameSite, secure, path, kept: expires !== -1 })).sort((a, b) => a.name < b.name ? -1 : 1), [
          { name: 'XSRF-TOKEN', httpOnly: false, sameSite: 'Lax', secure: false, path: '/', kept: false },
          { name: 'session', httpOnly: true, sameSite: 'Lax', secure: false, path: '/', kept: false }
        ])
        await moveAuth(here)
        assert.deepEqual(await visit.call('GET', '/me'), { status: 200, side: here }, 'the session of one is good on the other')
        await visit.call('POST', '/logout')
        assert.deepEqual(await visit.callGet(), { status: 200, side: here }, 'and the passkey still is')
      } finally {
        await visit.context.close()
      }
    })
  }

  test('a page of the same site but another origin, to which the browser adds the cookies, reads and changes nothing', async () => {
    const visit = await openVisit(browser, origin)
    const evil = await serve((_request, response) => { response.setHeader('content-type', 'text/html').end('<title>evil</title>') })
    try {
      const [ada] = demoUsers
      const stranger = await visit.context.newPage()
      await stranger.goto(onLocalhost(evil.url))
      for (const side of ['legacy', 'candidate'] as const) {
        await moveAuth(side)
        await visit.call('POST', '/login', { email: ada!.email, authHash: ada!.authHash })
        const attempt = async (path: string, init: object): Promise<unknown> =>
          await stranger.evaluate(`fetch(${JSON.stringify(api + path)}, ${JSON.stringify({ credentials: 'include', ...init })}).then(response => response.status, () => 'refused')`)
        assert.equal(await attempt('/api/auth/me', {}), 'refused', side)
        // Without an own header a browser sends it and hides the answer; with one it asks first.
        assert.equal(await attempt('/api/auth/logout', { method: 'POST', mode: 'no-cors' }), 'refused', side)
        assert.equal(await attempt('/api/auth/logout', { method: 'POST', headers: { 'x-xsrf-token': 'x' } }), 'refused', side)
        assert.equal((await visit.call('GET', '/me')).status, 200, side)

        // The same against a face that checks nothing, which cookies reach too: they know hosts, not ports.
        const careless = await openFace(side, { ...services, csrf: { ...services.csrf, check: () => ({ ok: true, value: undefined }) } })
        await stranger.evaluate(`fetch(${JSON.stringify(`${onLocalhost(careless.url)}/api/auth/logout`)}, { method: 'POST', mode: 'no-cors', credentials: 'include' }).catch(() => {})`)
        await careless.close()
        assert.equal((await visit.call('GET', '/me')).status, 401, `${side}, planted`)
      }
    } finally {
      await visit.context.close()
      await evil.close()
    }
  })
})

interface Outcome {
  readonly status: number
  readonly side: string | undefined
}

/** A page of the web app, with an authenticator of its own. */
interface Visit {
  readonly context: BrowserContext
  call (method: string, path: string, body?: object): Promise<Outcome>
  /** Makes a passkey and registers it. */
  callCreate (): Promise<Outcome>
  /** Signs in with a passkey. */
  callGet (): Promise<Outcome>
}

function onLocalhost (url: string): string {
  return url.replace('127.0.0.1', 'localhost')
}

async function openVisit (browser: Browser, origin: string): Promise<Visit> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(origin)
  const devtools = await context.newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true }
  })
  return {
    context,
    call: async (method, path, body) => await outcomeOf(page, path, `call(${JSON.stringify(method)}, ${JSON.stringify(path)}, ${JSON.stringify(body)})`),
    callCreate: async () => await outcomeOf(page, '/webauthn/register-verify', 'create()'),
    callGet: async () => await outcomeOf(page, '/webauthn/login-verify', 'get()')
  }
}

/** Runs what the page knows, and looks at the answer from outside, where all of its headers are to be seen. */
async function outcomeOf (page: Page, path: string, code: string): Promise<Outcome> {
  const answered = page.waitForResponse(response => response.url().endsWith(`/api/auth${path}`) && response.request().method() !== 'OPTIONS')
  const [response] = await Promise.all([answered, page.evaluate(code)])
  return { status: response.status(), side: (await response.allHeaders())['x-routed-to'] }
}

/** What the web app does; browsers know WebAuthn's JSON by themselves. */
function script (api: string): string {
  return `
    const csrf = () => /(?:^|; )XSRF-TOKEN=([^;]*)/.exec(document.cookie)?.[1] ?? ''
    const call = async (method, path, body) => {
      const response = await fetch('${api}/api/auth' + path, {
        method, credentials: 'include', headers: { 'content-type': 'application/json', 'x-xsrf-token': csrf() }, ...body && { body: JSON.stringify(body) }
      })
      return response.status === 204 ? undefined : response.json()
    }
    const create = async () => {
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(await call('POST', '/webauthn/register-options', {}))
      const credential = await navigator.credentials.create({ publicKey })
      return call('POST', '/webauthn/register-verify', { credential: credential.toJSON() })
    }
    const get = async () => {
      const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(await call('POST', '/webauthn/login-options', {}))
      const credential = await navigator.credentials.get({ publicKey })
      return call('POST', '/webauthn/login-verify', { credential: credential.toJSON() })
    }`
}
