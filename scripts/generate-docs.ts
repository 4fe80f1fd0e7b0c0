// Writes the reference pages and schema.json from what the code says. `npm run docs` writes them;
// `npm run docs -- --check` only tells which are out of date.
import { EventEmitter } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PassThrough } from 'node:stream'
import { buildProgram } from '../packages/cutover/src/cli/main.ts'
import { processVariables } from '../packages/cutover/src/config/environment.ts'
import { publishedSchema } from '../packages/cutover/src/config/json-schema.ts'
import { BackendSchema, ConfigSchema, FeatureSchema } from '../packages/cutover/src/config/schema.ts'
import { errorTable } from '../packages/cutover/src/errors.ts'

const root = join(import.meta.dirname, '..')
const generated = '<!-- Written by `npm run docs`: edit the source, not this page. -->'

interface Schema {
  readonly type?: string
  readonly const?: unknown
  readonly default?: unknown
  readonly description?: string
  readonly expected?: string
  readonly inCode?: string
  readonly pattern?: string
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
}

/** Every generated file, by its path from the root. */
export function generatedFiles (): Readonly<Record<string, string>> {
  return {
    'packages/cutover/schema.json': `${JSON.stringify(publishedSchema(), null, 2)}\n`,
    'docs/reference/config.md': configPage(),
    'docs/reference/errors.md': errorsPage(),
    'docs/reference/cli.md': cliPage()
  }
}

/** The generated files that are not what they should be. */
export function outdatedFiles (): readonly string[] {
  return Object.entries(generatedFiles()).filter(([path, text]) => textOf(path) !== text).map(([path]) => path)
}

function configPage (): string {
  const sections = Object.entries((ConfigSchema as unknown as Schema).properties!)
  const plain = sections.filter(([name, { properties }]) => properties === undefined && !['features', '$schema'].includes(name))
  const grouped = sections.filter(([name, { properties }]) => properties !== undefined && !['legacy', 'candidate'].includes(name))
  return page('Configuration', [
    'In `cutover.config.ts`, `.mts`, `.js`, `.mjs` or `.json`, in this order, in the working directory or the nearest folder above; `--config` names another. An unknown key is an error. `cutover init` writes a first one, `cutover doctor` checks it.',
    code('ts', `import { defineConfig } from 'cutover'

export default defineConfig({
  legacy:    { command: 'node dist/express.js', origin: 'http://127.0.0.1:5001', health: '/health' },
  candidate: { command: 'node dist/fastify.js', origin: 'http://127.0.0.1:3001', health: '/health' },
  features: {
    health:   { routes: ['GET /health'], risk: 'low', env: 'FEATURE_FASTIFY_HEALTH' },
    vehicles: { routes: ['/api/vehicles', '/api/vehicles/*'], risk: 'high', stickyBy: 'header:authorization', env: 'VEHICLES_BACKEND' }
  }
})`),
    'A JSON config begins with `"$schema": "./node_modules/cutover/schema.json"`, so that an editor knows it. Durations are written `50ms`, `2s`, `5m`, `1h`; sizes `512B`, `64kB`, `10MB`, where a kB is 1,000 bytes; shares `0%` to `100%` with at most two decimals.',
    '## legacy, candidate',
    'Each is exactly one of `module`, `listener`, `command` with `origin`, or `origin` alone.',
    settingsTable(BackendSchema as unknown as Schema),
    '## features',
    'By name: lower-case letters, digits and hyphens. What no feature lists stays on legacy. Two features must not list the same route.',
    settingsTable(FeatureSchema as unknown as Schema),
    ...grouped.flatMap(([name, schema]) => [`## ${name}`, schema.description ?? '', settingsTable(schema), ...subsections(name, schema)]),
    '## Everything else',
    settingsTable({ properties: Object.fromEntries(plain), required: [] }),
    '## Environment variables',
    'A feature\'s own variable, named by its `env`, sets its share at start: `legacy`, `express` or `false` is 0%, `candidate`, `fastify` or `true` is 100%, `25%` or `25` is itself; case does not matter, an empty value counts as unset, and anything else is an error. With `envFile` the variable can be edited there while the switch runs, and the feature moves without a restart; taking the variable out of the file leaves the share as it is.',
    'These override the config, and are in turn overridden by options of the command line:',
    table(['Variable', 'Overrides', 'Meaning'], [
      ...processVariables.map(({ name, path, meaning }) => [`\`${name}\``, `\`${path.join('.')}\``, meaning]),
      ['`NO_COLOR`, `FORCE_COLOR`', '', 'Whether commands print in colour.'],
      ['`CUTOVER_DEBUG`', '', 'When set, a command that fails prints the stack too.']
    ])
  ])
}

/** What lies a level deeper; the rules of comparison have a page of their own. */
function subsections (name: string, schema: Schema): string[] {
  return Object.entries(schema.properties ?? {})
    .filter(([key, { properties }]) => properties !== undefined && key !== 'compare')
    .flatMap(([key, inner]) => [`### ${name}.${key}`, inner.description ?? '', settingsTable(inner)])
}

function settingsTable ({ properties = {}, required = [] }: Schema): string {
  return table(['Key', 'Value', 'Default', 'Meaning'], Object.entries(properties).map(([name, schema]) => [
    `\`${name}\``,
    kindOf(schema),
    defaultOf(schema, required.includes(name)),
    schema.description ?? ''
  ]))
}

function kindOf (schema: Schema): string {
  if (schema.anyOf?.every(branch => branch.const !== undefined) === true) return schema.anyOf.map(branch => `\`${JSON.stringify(branch.const)}\``).join(', ')
  if (schema.expected !== undefined) return schema.expected.replace(/: .*/, '')
  if (schema.type === 'array') return `list of ${schema.items?.expected?.replace(/^an? |: .*/g, '') ?? 'text'}s`
  return { string: 'text', boolean: 'true or false', integer: 'whole number', object: 'object' }[schema.type ?? ''] ?? ''
}

function defaultOf (schema: Schema, required: boolean): string {
  if (schema.default !== undefined) return `\`${JSON.stringify(schema.default)}\``
  return required ? '**required**' : ''
}

function errorsPage (): string {
  return page('Errors', [
    'Every error that cutover raises carries one of these codes. The message says what was wrong, where, and what to do; `…` is filled in. Where a client of the switch or of the admin API can meet it, the HTTP status is given. Commands print it, or with `--json` write `{"error": {"code", "message"}}`.',
    table(['Code', 'HTTP', 'Message'], Object.entries(errorTable).map(([name, [message, status]]) =>
      [`\`${name}\``, status === undefined ? '' : String(status), message === '%s' ? 'Says what is wrong with the command line.' : message.replaceAll('%s', '…')]))
  ])
}

function cliPage (): string {
  const help: string[] = []
  const program = buildProgram({
    cwd: '/',
    env: {},
    stdin: new PassThrough() as unknown as NodeJS.ReadStream,
    stdout: { write: text => help.push(text), columns: 100 },
    stderr: { write: () => {} },
    signals: new EventEmitter(),
    exit: () => {},
    openGateway: () => Promise.reject(new Error('not here'))
  })
  const textOfHelp = (write: () => void): string => {
    help.length = 0
    write()
    return code('text', help.join('').trimEnd())
  }
  return page('Commands', [
    'Every command takes `--json`, `--config` and `--no-color`, and exits with 0 when all is good, 1 when it found something, 2 on wrong usage or configuration, 3 when it could not run.',
    textOfHelp(() => program.outputHelp()),
    ...program.commands.flatMap(command => [
      `## ${command.name()}`,
      textOfHelp(() => command.outputHelp()),
      ...command.commands.flatMap(below => [`### ${command.name()} ${below.name()}`, textOfHelp(() => below.outputHelp())])
    ])
  ])
}

function page (title: string, parts: readonly string[]): string {
  return `${[`# ${title}`, generated, ...parts].join('\n\n')}\n`
}

function code (language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``
}

function table (titles: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('\n')
}

function textOf (path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8')
  } catch {
    return undefined
  }
}

if (process.argv[1] === import.meta.filename) {
  const outdated = outdatedFiles()
  for (const path of outdated) {
    console.log(process.argv.includes('--check') ? `out of date: ${path}` : `wrote ${path}`)
    if (process.argv.includes('--check')) continue
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), generatedFiles()[path]!)
  }
  if (outdated.length === 0) console.log('The reference pages are up to date.')
  else if (process.argv.includes('--check')) process.exitCode = 1
}
