import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'

// Every command that README and docs show in an `sh` block is run here, or is one of those that .ci/run and a person's
// own measuring run: then its script at least has to exist.

const root = join(import.meta.dirname, '..')
const bin = join(root, 'packages/cutover/bin/cutover.js')
const node = ['--import', import.meta.resolve('tsx'), '--conditions=cutover-source', bin]

/** What CI runs as it stands, or what only installs. */
const elsewhere = new Set(['npm ci && npm start', 'npm cit', 'npm install cutover', 'npm install fastify-express-compat'])

let folder: string
let up: ReturnType<typeof spawn>

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cutover-docs-'))
  await writeFile(join(folder, 'package.json'), '{"name":"mine","type":"module","dependencies":{"express":"5"},"scripts":{"start":"node legacy.js"}}')
  await writeFile(join(folder, 'legacy.js'), 'export default (request, response) => { response.end("legacy") }\n')
  await cp(join(folder, 'legacy.js'), join(folder, 'candidate.js'))
  await writeFile(join(folder, 'cutover.config.json'), JSON.stringify({
    legacy: { module: './legacy.js' },
    candidate: { module: './candidate.js' },
    listen: { port: 0 },
    features: { health: { routes: ['GET /health'] }, vehicles: { routes: ['/api/vehicles', '/api/vehicles/*'], stickyBy: 'header:authorization' }, sockets: { routes: ['/socket.io', '/socket.io/*'] } }
  }))
  await writeScenariosAndRecordings(folder)
  up = spawn(process.execPath, [...node, 'up', '--json'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise((resolve, reject) => {
    up.stdout!.once('data', resolve)
    up.once('exit', code => reject(new Error(`cutover up ended with ${code}`)))
  })
})

after(async () => {
  if (up.exitCode === null) {
    const ended = new Promise(resolve => up.once('exit', resolve))
    up.kill('SIGTERM')
    await ended
  }
  await rm(folder, { recursive: true, force: true })
})

/** What the commands of parity read. */
async function writeScenariosAndRecordings (project: string): Promise<void> {
  await mkdir(join(project, 'scenarios'))
  await writeFile(join(project, 'scenarios/health.yaml'), 'name: health\nsteps:\n  - request: GET /health\n')
  const exchange = { session: 's', request: { method: 'GET', target: '/health', headers: [] }, response: { status: 200, headers: [], text: 'legacy' } }
  const entry = { request: { method: 'GET', url: 'http://shop.test/health', headers: [] }, response: { status: 200, headers: [], content: { size: 6, text: 'legacy' } } }
  await writeFile(join(project, 'browser.har'), JSON.stringify({ log: { version: '1.2', entries: [entry] } }))
  for (const recording of ['.cutover/recordings/monday', 'before', 'after']) {
    await mkdir(join(project, recording), { recursive: true })
    await writeFile(join(project, recording, '000001.ndjson'), [{ cutover: 'recording', version: 1, id: 'x', part: 1, startedAt: '2026-01-01T00:00:00.000Z' }, exchange].map(line => `${JSON.stringify(line)}\n`).join(''))
  }
}

async function pages (): Promise<string[]> {
  const guides = (await readdir(join(root, 'docs/guides'))).map(name => `docs/guides/${name}`)
  const examples = (await readdir(join(root, 'examples'))).map(name => `examples/${name}/README.md`)
  return ['README.md', 'CONTRIBUTING.md', 'packages/cutover/README.md', 'packages/fastify-express-compat/README.md', ...guides, ...examples]
}

async function commandsOf (page: string): Promise<string[]> {
  const text = await readFile(join(root, page), 'utf8').catch(() => '')
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block]) => block!.split('\n').map(line => line.replace(/\s+#.*$/, '').trim()).filter(line => line !== '' && !line.startsWith('#')))
}

test('every command in README and docs works', { timeout: 300_000 }, async () => {
  const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }
  const programs = await readFile(join(root, 'packages/cutover/benchmarks/main.ts'), 'utf8')
  const run = new Set<string>()
  for (const page of await pages()) {
    for (const command of await commandsOf(page)) {
      if (elsewhere.has(command) || run.has(command)) continue
      run.add(command)
      if (command.startsWith('npx cutover ')) await runCutover(page, command)
      else if (/^npm (run )?(bench|prove) -- /.test(command)) assert.ok(new RegExp(`^ +'?${command.split(' -- ')[1]!.split(' ')[0]!}'?: '`, 'm').test(programs), `${page}: ${command} names no program`)
      else for (const part of command.split(' && ')) await checkScript(page, part, scripts)
    }
  }
  assert.ok(run.size > 8, 'the pages show commands')
})

async function checkScript (page: string, command: string, scripts: Record<string, string>): Promise<void> {
  const [, script, workspace] = /^npm (?:run (?:--silent )?)?([\w:-]+)(?: --workspace ([\w/-]+))?/.exec(command) ?? []
  assert.ok(script !== undefined, `${page}: ${command} is no command that this test knows: run it here, or say where it is run`)
  if (['install', 'ci', 'test'].includes(script)) return
  const known = workspace === undefined ? scripts : (JSON.parse(await readFile(join(root, workspace, 'package.json'), 'utf8')) as { scripts: Record<string, string> }).scripts
  assert.ok(script in known, `${page}: ${command} names no script`)
}

async function runCutover (page: string, command: string): Promise<void> {
  if (command.startsWith('npx cutover up')) return // it is up: all the others talk to it
  const words = [...command.slice('npx cutover '.length).matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, double, single, bare]) => double ?? single ?? bare!)
  const at = words.indexOf('--config')
  if (at !== -1) words.splice(at, 2)
  // What follows a rollout ends with it, and here nobody sends requests.
  const follow = words.findIndex(word => word === '--follow' || word === '--watch')
  if (follow !== -1) words.splice(follow, 1)
  // As long as it takes to see that it runs.
  if (words[0] === 'fuzz') words.push('--seconds', '0.5', '--no-save')
  if (words[0] === 'bench') words.push('--time', '1s')
  if (words[0] === 'run') words.push('--skip', 'bench,rollout')
  if (words[0] === 'init') words.push('--force')
  if (words[0] === 'status' && !words.includes('--once')) words.push('--once')
  const child = spawn(process.execPath, [...node, ...words], { cwd: words[0] === 'init' ? await copyOf(folder) : folder, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => { output += chunk })
  const code = await new Promise(resolve => child.once('exit', resolve))
  // What they find in a project of two files that has moved nothing is their own affair; that they end and speak is ours.
  const fine = ['doctor', 'retire', 'report'].includes(words[0]!) ? [0, 1] : [0]
  assert.ok(fine.includes(code as number), `${page}: ${command} ended with ${code}\n${output}`)
}

async function copyOf (project: string): Promise<string> {
  const copy = join(project, 'init')
  await cp(join(project, 'package.json'), join(copy, 'package.json'), { recursive: true })
  await cp(join(project, 'legacy.js'), join(copy, 'legacy.js'))
  return copy
}
