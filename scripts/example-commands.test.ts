import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { loadConfig } from '../packages/cutover/src/config/load.ts'

// Every command that the README of an example shows in an indented block. What they do is tested where it belongs (the
// example's own tests, .ci/run, `prove examples`); here is tested that there is still such a command, with such files,
// variables, options and features.

const root = join(import.meta.dirname, '..')
const run = promisify(execFile)
const examples = readdirSync(join(root, 'examples')).filter(name => existsSync(join(root, 'examples', name, 'cutover.config.ts')))

/** Not looked at further: it talks to what a person has started, and the scenarios ask the same. */
const byHand = /^curl /

for (const name of examples) {
  test(`the commands in the README of ${name} are there`, { timeout: 60_000 }, async () => {
    const folder = join(root, 'examples', name)
    const commands = commandsOf(readFileSync(join(folder, 'README.md'), 'utf8'))
    assert.ok(commands.length > 6, 'it shows commands')
    const { features } = await loadConfig({ cwd: folder, env: {} })
    const place = { folder, features: features.map(feature => feature.name), variables: variablesOf(folder, features) }
    for (const command of commands) assert.equal(await problemOf(command, place), undefined, command)
  })
}

test('a command that is not there is found', async () => {
  const folder = join(root, 'examples/vehicles')
  const place = { folder, features: ['vehicles'], variables: new Set(['PORT']) }
  for (const command of [
    'npm run nothing', 'npm start --workspace examples/nothing', 'node scripts/test.mjs examples/nothing', 'cd examples/nothing', 'run nothing.ts',
    'NOTHING=1 run server.ts', 'NOTHING=1 npx cutover up', 'npx cutover nothing', 'npx cutover verify --nothing', 'npx cutover share nothing 50%', 'npx cutover rollout nothing vehicles',
    'npx cutover rollout start nothing', 'npx cutover rollback nothing', 'echo NOTHING=1 > .env', 'docker compose -f examples/vehicles/nothing.yaml up', '/usr/bin/python3 -m nothing', 'apt install python3-nothing', 'UNUSED=1', 'nothing'
  ]) assert.notEqual(await problemOf(command, place), undefined, command)
})

interface Place {
  readonly folder: string
  readonly features: readonly string[]
  readonly variables: ReadonlySet<string>
}

/** The lines of indented blocks, without what is told beside them. */
function commandsOf (page: string): readonly string[] {
  return page.replaceAll(/\\\n\s+/g, '').split('\n').flatMap(line => /^ {4}\S/.test(line) ? [line.trim().split(/ {2,}/)[0]!] : [])
}

/** What the example reads, and what its features are switched by. */
function variablesOf (folder: string, features: ReadonlyArray<{ readonly env?: string | undefined }>): ReadonlySet<string> {
  const read = readFileSync(join(folder, '.env.example'), 'utf8') + readFileSync(join(folder, 'environment.ts'), 'utf8')
  return new Set([...read.match(/\b[A-Z][A-Z0-9_]{2,}\b/g) ?? [], ...features.flatMap(({ env }) => env ?? [])])
}

async function problemOf (command: string, { folder, features, variables }: Place): Promise<string | undefined> {
  const [, set = '', bare = ''] = /^((?:[A-Z][A-Z0-9_]*=(?:\$\([^)]*\)|\S+) )*)(.*)$/.exec(command)!
  const unknown = [...set.matchAll(/([A-Z][A-Z0-9_]*)=/g)].map(([, name]) => name!).find(name => !variables.has(name))
  if (unknown !== undefined) return `the example reads no ${unknown}`
  const words = bare.split(' ')
  const [first, second, third] = words
  const missing = (path: string): string | undefined => existsSync(path) ? undefined : `there is no ${path}`
  if (/^[A-Z]+=\S+$/.test(bare)) return readFileSync(join(folder, 'README.md'), 'utf8').includes(`$${bare.split('=')[0]}`) ? undefined : `nothing uses ${bare}`
  if (first === '/usr/bin/python3') return second === '-m' ? missing(join(folder, third!, '__main__.py')) : `Python runs no ${second}`
  if (first === 'apt') return words.slice(2).map(name => name.replace('python3-', '')).map(name => packagesOfCi().includes(name) ? undefined : `.ci/run installs no ${name}`).find(Boolean)
  if (first === 'cd') return missing(join(root, second!))
  if (first === 'alias') return undefined
  if (first === 'run') return missing(join(folder, second!))
  if (first === 'node' && second === 'scripts/test.mjs') return testsIn(third!) ? undefined : `no test is in ${third}`
  if (first === 'echo') return variables.has(second!.split('=')[0]!) ? undefined : `the example reads no ${second}`
  if (first === 'npm') return npmProblem(words.slice(1))
  if (first === 'npx' && second === 'cutover') return await cutoverProblem(words.slice(2), features)
  if (first === 'docker') return missing(join(root, words[words.indexOf('-f') + 1]!))
  return byHand.test(bare) ? undefined : 'no command that this test knows: check it here, or say where it is checked'
}

function packagesOfCi (): readonly string[] {
  return /for package in ([^;]+);/.exec(readFileSync(join(root, '.ci/run'), 'utf8'))![1]!.split(' ')
}

function testsIn (part: string): boolean {
  return existsSync(join(root, part)) && readdirSync(join(root, part), { recursive: true, encoding: 'utf8' }).some(file => file.endsWith('.test.ts') && !file.includes('node_modules'))
}

function npmProblem (words: readonly string[]): string | undefined {
  const script = words[0] === 'run' ? words[1]! : words[0]!
  const workspace = words.includes('--workspace') ? words[words.indexOf('--workspace') + 1]! : '.'
  const file = join(root, workspace, 'package.json')
  if (!existsSync(file)) return `there is no ${workspace}`
  const { scripts } = JSON.parse(readFileSync(file, 'utf8')) as { scripts: Readonly<Record<string, string>> }
  return script in scripts ? undefined : `${workspace} has no script ${script}`
}

const helps = new Map<string, Promise<string | undefined>>()

/** What a command says of itself; undefined for none. */
async function helpOf (...command: readonly string[]): Promise<string | undefined> {
  const key = command.join(' ')
  const asked = helps.get(key) ?? run(process.execPath, ['--import', import.meta.resolve('tsx'), '--conditions=cutover-source', join(root, 'packages/cutover/bin/cutover.js'), ...command, '--help'])
    .then(({ stdout }) => stdout.includes(`Usage: cutover ${key} `) ? stdout : undefined, () => undefined)
  helps.set(key, asked)
  return await asked
}

async function cutoverProblem (words: readonly string[], features: readonly string[]): Promise<string | undefined> {
  const command = words[0] === 'rollout' ? words.slice(0, 2) : words.slice(0, 1)
  const help = await helpOf(...command)
  if (help === undefined) return `cutover has no command ${command.join(' ')}`
  const rest = words.slice(command.length)
  const option = rest.find(word => word.startsWith('--') && !new RegExp(`${word}\\b`).test(help))
  if (option !== undefined) return `cutover ${command.join(' ')} has no ${option}`
  if (!['share', 'rollback', 'rollout'].includes(command[0]!)) return undefined
  const named = rest.filter(word => !word.startsWith('-') && !/^\d+%$/.test(word))
  const feature = named.find(word => !features.includes(word))
  return feature === undefined ? undefined : `there is no feature ${feature}`
}
