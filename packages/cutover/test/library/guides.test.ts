import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { test, type TestContext } from 'node:test'
import { loadConfig } from 'cutover'
import { openNotifier } from '../../src/rollout/notify/notifier.ts'
import { event } from '../rollout/notify/stand-in.ts'

// The code that guides show is what runs here.

const root = join(import.meta.dirname, '../../../..')

/** A project with the modules that a guide shows: those blocks whose first line names a file. */
async function projectOf (t: TestContext, guide: string, edit: (text: string) => string = text => text): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cutover-guide-'))
  t.after(async () => await rm(folder, { recursive: true, force: true }))
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  const text = await readFile(join(root, 'docs/guides', guide), 'utf8')
  for (const [, name, code] of text.matchAll(/^```js\n\/\/ (\S+)\n([\s\S]*?)^```/gm)) await writeFile(join(folder, name!), edit(code!))
  return folder
}

/** What a program prints, once that matches; it ends with the test. */
async function printed (t: TestContext, pattern: RegExp, folder: string, ...words: string[]): Promise<string> {
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), '--conditions=cutover-source', ...words], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  let look = (): void => {}
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => { text += chunk; look() })
  t.after(() => { child.kill('SIGKILL') })
  return await new Promise((resolve, reject) => {
    look = () => { if (pattern.test(text)) resolve(text) }
    child.once('close', code => reject(new Error(`it ended with ${code}: ${text}`)))
  })
}

const anyPort = (text: string): string => text.replace('port: 3000', 'port: 0')

test('notifications: everybody in the guide\'s config is told, and its check of a signature holds', { timeout: 60_000 }, async t => {
  const got: Array<{ path: string, headers: IncomingHttpHeaders, body: string }> = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', chunk => { body += chunk })
    request.on('end', () => {
      got.push({ path: request.url!, headers: request.headers, body })
      response.end()
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => { server.close(); server.closeAllConnections() })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const folder = await projectOf(t, 'notifications.md', text => text.replace("repository: 'me/shop'", `repository: 'me/shop', api: '${url}'`))
  await writeFile(join(folder, 'tell.js'), 'import { readFileSync, writeFileSync } from "node:fs"; writeFileSync("told", readFileSync(0, "utf8") + process.argv.slice(2))')
  const env = { SLACK_WEBHOOK: `${url}/slack`, OPS_WEBHOOK: `${url}/ops`, OPS_SECRET: 'a secret', GITHUB_DEPLOYMENT_ID: '7', GITHUB_TOKEN: 'token' }
  const settings = await loadConfig({ cwd: folder, env })
  const problems: string[] = []
  const notifier = openNotifier(settings.rollout.notify, { env, folder: settings.folder, log: ({ message }) => problems.push(message) })
  notifier.tell(event({ event: 'failed' }))
  await notifier.close()
  assert.deepEqual(problems, [])
  assert.deepEqual(got.map(({ path }) => path).sort(), ['/ops', '/repos/me/shop/deployments/7/statuses', '/slack'])
  assert.match(await readFile(join(folder, 'told'), 'utf8'), /"event":"failed".*\n--team,vehicles$/)
  const { isOurs } = await import(pathToFileURL(join(folder, 'verify.js')).href) as { isOurs (headers: object, body: string, secret: string): boolean }
  const { headers, body } = got.find(({ path }) => path === '/ops')!
  assert.equal(isOurs(headers, body, 'a secret'), true)
  assert.equal(isOurs(headers, `${body} `, 'a secret'), false)
  assert.equal(isOurs(headers, body, 'another'), false)
  assert.equal(isOurs({}, body, 'a secret'), false)
})

test('OpenFeature: shares come from the guide\'s flags, and code behind it learns its side', { timeout: 60_000 }, async t => {
  const folder = await projectOf(t, 'openfeature.md', anyPort)
  assert.match(await printed(t, /\n/, folder, 'app.js'), /^http:\/\/127\.0\.0\.1:\d+ 10\n/)
  assert.equal(await printed(t, /\n/, folder, 'backend.js'), 'candidate\n')
  const url = (await printed(t, /\n/, folder, 'sides.js')).trim()
  const seen = new Set<string>()
  for (let asked = 0; asked < 40; asked++) {
    const response = await fetch(`${url}/api/vehicles`)
    const backend = response.headers.get('x-routed-to')
    assert.equal(await response.text(), `${backend}, SPLIT, on the candidate: ${backend === 'candidate'}`)
    seen.add(String(backend))
  }
  assert.equal(seen.size, 2)
})

test('OpenTelemetry: the guide\'s set-up gets the spans of a switch', { timeout: 60_000 }, async t => {
  const folder = await projectOf(t, 'opentelemetry.md', text => text.replace('BatchSpanProcessor(', 'SimpleSpanProcessor(').replace(', BatchSpanProcessor,', ', SimpleSpanProcessor,'))
  await writeFile(join(folder, 'app.js'), `import { metrics } from '@opentelemetry/api'
    import { createSwitch } from 'cutover'
    const app = await createSwitch({ legacy: (request, response) => { response.end('legacy') }, candidate: (request, response) => { response.end('candidate') }, features: { x: { routes: ['/x'] } }, journal: false })
    const url = await app.listen({ port: 0 })
    await (await fetch(url + '/x')).text()
    await metrics.getMeterProvider().forceFlush()
    await app.close()`)
  const text = await printed(t, /cutover\.share/, folder, '--import', './telemetry.js', 'app.js')
  assert.match(text, /'cutover\.feature': 'x'/)
  assert.match(text, /http\.server\.request\.duration/)
})
