// Packs the published packages, installs the tarballs in an empty project, and uses them there as a stranger would:
// from plain JavaScript, by the command, and from strict TypeScript. Needs the npm registry (or its cache).
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRequire } from 'node:module'

const root = join(import.meta.dirname, '..')
const fixtures = join(root, 'packages/cutover/test/packed')
const packages = ['packages/cutover', 'packages/fastify-express-compat']
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
const folder = mkdtempSync(join(tmpdir(), 'cutover-packed-'))
const project = join(folder, 'project')

function run (command, args, cwd = project) {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 26, env: { ...process.env, NODE_ENV: '', NODE_OPTIONS: '' } })
}

function expect (holds, what) {
  if (!holds) throw new Error(`it does not hold that ${what}`)
  console.log(`  ${what}`)
}

try {
  console.log('build and pack')
  run(npm, ['run', '--silent', 'build'], root)
  mkdirSync(project)
  const tarballs = packages.map(name => {
    const [packed] = JSON.parse(run(npm, ['pack', '--silent', '--json', '--pack-destination', folder], join(root, name)))
    const files = packed.files.map(({ path }) => path)
    expect(files.includes('LICENSE') && files.includes('dist/index.js') && files.includes('dist/index.d.ts'), `${packed.filename} holds its licence, code and types (${files.length} files, ${Math.round(packed.size / 1024)} kB)`)
    const strays = files.filter(path => /(^|\/)(test|src|benchmarks|node_modules)\/|\.tsbuildinfo$|(?<!\.d)\.ts$/.test(path))
    expect(strays.length === 0, `${packed.filename} holds nothing else${strays.length > 0 ? `, but ${strays.slice(0, 5).join(', ')}` : ''}`)
    return join(folder, packed.filename)
  })

  console.log('install into an empty project')
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'stranger', private: true, type: 'module' }))
  const { devDependencies } = createRequire(import.meta.url)('../package.json')
  run(npm, ['install', '--silent', '--prefer-offline', '--no-audit', '--no-fund', ...tarballs, 'fastify@5', `typescript@${devDependencies.typescript}`, `@types/node@${devDependencies['@types/node']}`])

  console.log('plain JavaScript')
  copyFileSync(join(fixtures, 'consumer.mjs'), join(project, 'consumer.mjs'))
  console.log(`  ${run(process.execPath, ['consumer.mjs']).trim()}`)

  console.log('the command')
  expect(/Usage: cutover/.test(run(npm, ['exec', '--offline', '--', 'cutover', '--help'])), '`npx cutover --help` shows its usage')
  writeFileSync(join(project, 'app.mjs'), 'export const legacy = (request, response) => { response.end("legacy") }\nexport const candidate = (request, response) => { response.end("candidate") }\n')
  writeFileSync(join(project, 'cutover.config.json'), JSON.stringify({
    $schema: './node_modules/cutover/schema.json',
    legacy: { module: './app.mjs', export: 'legacy' },
    candidate: { module: './app.mjs', export: 'candidate' },
    features: { x: { routes: ['/x'], share: '100%' } },
    listen: { port: 0 }
  }))
  await up()

  console.log('strict TypeScript')
  compile('consumer.ts')
  expect(true, 'the packed types compile for a strict consumer')

  console.log('beside OpenFeature and OpenTelemetry')
  const { devDependencies: ours } = createRequire(import.meta.url)('../packages/cutover/package.json')
  run(npm, ['install', '--silent', '--prefer-offline', '--no-audit', '--no-fund', ...['@openfeature/server-sdk', '@openfeature/core', '@opentelemetry/api'].map(name => `${name}@${ours[name]}`)])
  copyFileSync(join(fixtures, 'openfeature.mjs'), join(project, 'openfeature.mjs'))
  console.log(`  ${run(process.execPath, ['openfeature.mjs']).trim()}`)
  compile('openfeature.ts')
  expect(true, 'the types of cutover/openfeature compile for a strict consumer')
  console.log('all of it holds')
} catch (error) {
  console.error(error instanceof Error ? `${error.message}\n${error.stdout ?? ''}` : error)
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** Compiles one of the fixtures, as strictly as TypeScript can. */
function compile (file) {
  copyFileSync(join(fixtures, file), join(project, file))
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({
    compilerOptions: { target: 'ES2022', module: 'NodeNext', moduleResolution: 'NodeNext', types: ['node'], strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, verbatimModuleSyntax: true, skipLibCheck: true, noEmit: true },
    files: [file]
  }))
  run(process.execPath, [join(project, 'node_modules/typescript/bin/tsc'), '-p', project])
}

/** Starts the switch by its command with the JSON config, asks both backends, and stops it again. */
async function up () {
  const child = spawn(process.execPath, [join(project, 'node_modules/cutover/bin/cutover.js'), 'up'], { cwd: project, stdio: ['ignore', 'pipe', 'pipe'] })
  const limit = setTimeout(() => child.kill('SIGKILL'), 60_000)
  let text = ''
  try {
    const url = await new Promise((resolve, reject) => {
      const read = chunk => {
        text += chunk
        const found = /http:\/\/127\.0\.0\.1:\d+/.exec(text)
        if (found !== null) resolve(found[0])
      }
      child.stdout.on('data', read)
      child.stderr.on('data', read)
      child.on('exit', code => reject(new Error(`cutover up ended with ${code}:\n${text}`)))
    })
    for (const [path, expected] of [['/x', 'candidate'], ['/y', 'legacy']]) {
      const response = await fetch(url + path)
      expect(await response.text() === expected && response.headers.get('x-routed-to') === expected, `\`cutover up\` with a JSON config gives ${path} to ${expected}`)
    }
    expect(/x/.test(run(process.execPath, [join(project, 'node_modules/cutover/bin/cutover.js'), 'share', 'x', '25%'])), '`cutover share x 25%` reaches it')
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    const [code] = await ended
    expect(code === 0, '`cutover up` ends with 0 when it is told to stop')
  } finally {
    clearTimeout(limit)
    if (child.exitCode === null) child.kill('SIGKILL')
  }
}
