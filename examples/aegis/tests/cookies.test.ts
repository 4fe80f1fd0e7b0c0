import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { demoUsers } from '../data/seed.ts'
import type { Environment } from '../environment.ts'
import type { OpenServices, Services } from '../services.ts'
import { faceNames, openFace, openWorld, type FaceName, type OpenFace, type World } from './world.ts'
import { preparation, send, writingRoutes, type Answer, type Sent } from './writing-routes.ts'

/** A cookie as it is set, with a value and times that every answer makes up taken for their form. */
interface SetCookie {
  readonly name: string
  readonly value: string
  /** As they are written, in their order. */
  readonly attributes: readonly string[]
  /** Seconds from the answer's Date to `Expires`, which has whole seconds. */
  readonly expiresIn: number | undefined
}

const { email, authHash } = demoUsers[0]!
const session = ['session', 'XSRF-TOKEN']
const anonymous = (path: string, body: object): Sent => ({ method: 'POST', path, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

/** The routes that set cookies, and which. */
const setting: ReadonlyMap<string, readonly string[]> = new Map([
  ['POST /api/auth/register', session], ['POST /api/auth/login', session], ['POST /api/auth/logout', session],
  ['GET /api/auth/csrf-token', ['XSRF-TOKEN']], ['POST /api/auth/webauthn/login-verify', session]
])

const settings: readonly { readonly name: string, readonly environment: Partial<Environment>, readonly secure: boolean }[] = [
  { name: 'in production', environment: { NODE_ENV: 'production' }, secure: true },
  { name: 'elsewhere', environment: {}, secure: false }
]

for (const { name, environment, secure } of settings) {
  describe(`cookies ${name}`, () => {
    let world: World
    let services: OpenServices
    let faces: Readonly<Record<FaceName, OpenFace>>
    before(async () => {
      world = await openWorld()
      services = await world.services(environment)
      faces = { legacy: await openFace('legacy', services), candidate: await openFace('candidate', services) }
    })
    after(async () => {
      await Promise.all(Object.values(faces ?? {}).map(face => face.close()))
      await services?.close()
      await world?.close()
    })

    const onBoth = async (prepare: () => Promise<Sent>): Promise<Readonly<Record<FaceName, readonly SetCookie[]>>> => {
      const seen: Partial<Record<FaceName, readonly SetCookie[]>> = {}
      for (const face of faceNames) seen[face] = cookiesOf(await send(faces[face].url, await prepare()))
      return seen as Record<FaceName, readonly SetCookie[]>
    }
    const ready = () => preparation(services, faces.legacy.url)

    for (const { route, prepare } of writingRoutes) {
      const wanted = setting.get(route) ?? []
      test(`${route} sets ${wanted.length === 0 ? 'none' : wanted.join(' and ')}, alike on both faces`, async () => {
        const { legacy, candidate } = await onBoth(() => prepare(ready()))
        assert.deepEqual(legacy.map(({ name }) => name), wanted)
        assert.deepEqual(candidate, legacy)
      })
    }

    test('every route that reads sets none but a CSRF token where it is asked for', async () => {
      const { paths } = await (await fetch(`${faces.candidate.url}/docs/json`, { headers: { connection: 'close' } })).json() as { paths: Readonly<Record<string, object>> }
      const reader = await ready().person()
      for (const path of Object.entries(paths).filter(([, methods]) => 'get' in methods).map(([path]) => path)) {
        for (const headers of [{}, { authorization: `Bearer ${reader.token}` }] as const) {
          const { legacy, candidate } = await onBoth(async () => ({ method: 'GET', path: path.replaceAll(/\{\w+\}/g, 'a'.repeat(24)), headers }))
          const wanted = 'authorization' in headers ? setting.get(`GET ${path}`) ?? [] : []
          assert.deepEqual(legacy.map(({ name }) => name), wanted, path)
          assert.deepEqual(candidate, legacy, path)
        }
      }
    })

    test('a sign-in that is remembered lasts 30 days, any other as long as the browser', async () => {
      for (const rememberMe of [true, false, undefined]) {
        const { legacy, candidate } = await onBoth(async () => anonymous('/api/auth/login', { email, authHash, rememberMe }))
        assert.deepEqual(candidate, legacy)
        for (const { attributes, expiresIn } of legacy) {
          assert.deepEqual([attributes.find(each => each.startsWith('Max-Age')), expiresIn], rememberMe === true ? ['Max-Age=2592000', 2_592_000] : [undefined, undefined])
        }
      }
    })

    test('the session is for the server alone, the CSRF token for the page, both for this site', async () => {
      const { legacy } = await onBoth(async () => anonymous('/api/auth/login', { email, authHash }))
      const common = ['Path=/', ...secure ? ['Secure'] : [], 'SameSite=Lax']
      assert.deepEqual(legacy.map(({ attributes }) => [...attributes].sort()), [[...common, 'HttpOnly'].sort(), [...common].sort()])
    })

    test('a refused sign-in and a wrong CSRF token set none', async () => {
      const signedIn = await send(faces.legacy.url, anonymous('/api/auth/login', { email, authHash }))
      const cookie = signedIn.headers.getSetCookie().map(each => each.split(';')[0]).join('; ')
      const refused: readonly Sent[] = [
        anonymous('/api/auth/login', { email, authHash: demoUsers[1]!.authHash }),
        anonymous('/api/auth/login', {}),
        { method: 'POST', path: '/api/auth/logout', headers: { cookie, 'x-xsrf-token': 'nonsense' } },
        { method: 'POST', path: '/api/auth/logout', headers: { cookie: 'session=nonsense' } }
      ]
      for (const request of refused) assert.deepEqual(await onBoth(async () => request), { legacy: [], candidate: [] })
    })

    test('a cookie of one face is good on the other, and is cleared as it was set', async () => {
      for (const [from, to] of [['legacy', 'candidate'], ['candidate', 'legacy']] as const) {
        const signedIn = await send(faces[from].url, anonymous('/api/auth/login', { email, authHash }))
        const pairs = signedIn.headers.getSetCookie().map(each => each.split(';')[0]!)
        const token = decodeURIComponent(pairs[1]!.slice('XSRF-TOKEN='.length))
        const out = await send(faces[to].url, { method: 'POST', path: '/api/auth/logout', headers: { cookie: pairs.join('; '), 'x-xsrf-token': token } })
        assert.equal(out.status, 204)
        const scope = (cookies: readonly SetCookie[]): unknown => cookies.map(({ name, attributes }) => [name, attributes.filter(each => !/^(Expires|Max-Age)/.test(each))])
        assert.deepEqual(scope(cookiesOf(out)), scope(cookiesOf(signedIn)))
        assert.deepEqual(cookiesOf(out).map(({ value }) => value), ['', ''])
      }
    })

    test('a planted difference is found: a face that sets its cookies with another Secure', async () => {
      const odd: Services = { ...services, web: { ...services.web, secureCookies: !secure } }
      const face = await openFace('candidate', odd)
      const [there, here] = [await send(face.url, anonymous('/api/auth/login', { email, authHash })), await send(faces.legacy.url, anonymous('/api/auth/login', { email, authHash }))]
      await face.close()
      assert.notDeepEqual(cookiesOf(there), cookiesOf(here))
    })
  })
}

test('a planted difference is found in every part of a cookie', () => {
  const date = 'Wed, 21 Oct 2026 07:28:00 GMT'
  const line = 'session=abcdefgh.ijklmnop; Max-Age=60; Path=/; Expires=Wed, 21 Oct 2026 07:29:00 GMT; HttpOnly; Secure; SameSite=Lax'
  const read = (...lines: readonly string[]) => cookiesOf({ headers: new Headers([['date', date], ...lines.map((each): [string, string] => ['set-cookie', each])]) })
  const changes: readonly (readonly [string, string])[] = [
    ['session=', 'sid='], ['ijklmnop', 'ijklmno'], ['.ijkl', '-ijkl'], ['Max-Age=60', 'Max-Age=61'], ['Max-Age=60; ', ''], ['Path=/', 'Path=/api'], ['; Path=/', ''],
    ['07:29:00', '07:39:00'], ['Wed, 21 Oct 2026 07:29:00 GMT', 'Wed, 21-Oct-2026 07:29:00 GMT'], ['; HttpOnly', ''], ['HttpOnly', 'httponly'], ['; Secure', ''], ['Lax', 'Strict'],
    ['HttpOnly; Secure', 'Secure; HttpOnly'], ['SameSite=Lax', 'SameSite=Lax; Domain=localhost']
  ]
  for (const [text, other] of changes) assert.notDeepEqual(read(line.replace(text, other)), read(line), `${text} → ${other}`)
  assert.notDeepEqual(read(line, line.replace('session', 'other')), read(line.replace('session', 'other'), line), 'their order')
  assert.deepEqual(read(line.replace('abcdefgh', 'hgfedcba').replace('07:29:00', '07:29:01')), read(line), 'what every answer makes up')
})

function cookiesOf ({ headers }: Pick<Answer, 'headers'>): readonly SetCookie[] {
  const date = Date.parse(headers.get('date') ?? '')
  return headers.getSetCookie().map(line => {
    const [pair = '', ...attributes] = line.split('; ')
    const at = pair.indexOf('=')
    const expires = attributes.find(each => each.startsWith('Expires='))?.slice('Expires='.length)
    const seconds = expires === undefined ? undefined : Math.round((Date.parse(expires) - date) / 1000)
    return {
      name: pair.slice(0, at),
      value: form(pair.slice(at + 1)),
      attributes: attributes.map(each => expires !== undefined && seconds! > 0 ? each.replace(httpDate, '=…') : each),
      // The second may turn between the cookie and the Date.
      expiresIn: seconds === undefined || seconds < 0 ? undefined : Math.round(seconds / 5) * 5
    }
  })
}

/** RFC 9110, 5.6.7. */
const httpDate = /=\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/

/** Random values are of one length and of one alphabet. */
function form (value: string): string {
  return value.replaceAll(/[\w-]{8,}/g, run => `<${run.length}>`)
}
