import type { Proposal } from './find-routes.ts'

export const configFormats = ['ts', 'mts', 'js', 'mjs', 'json'] as const
export type ConfigFormat = typeof configFormats[number]

/** One backend of a config that is to be written. */
export interface BackendDraft {
  readonly command?: string
  readonly origin: string
  readonly health?: string
  readonly env?: Readonly<Record<string, string>>
  /** Why it is written so, for a person. */
  readonly note: string
}

/** A config that is to be written. */
export interface ConfigDraft {
  readonly legacy: BackendDraft
  readonly candidate: BackendDraft
  readonly features: readonly Proposal[]
  /** A .env file that is there. */
  readonly envFile: string | undefined
}

/** Writes a config file's text: commented for TypeScript and JavaScript, bare for JSON, which has no comments. */
export function configText (draft: ConfigDraft, format: ConfigFormat): string {
  return format === 'json' ? jsonText(draft) : codeText(draft)
}

/** The variable that sets a feature's share: `VEHICLES_BACKEND`. */
export function variableFor (name: string): string {
  return `${name.replaceAll('-', '_').toUpperCase()}_BACKEND`
}

function jsonText ({ legacy, candidate, features, envFile }: ConfigDraft): string {
  const backend = ({ note, ...rest }: BackendDraft): object => rest
  return `${JSON.stringify({
    $schema: './node_modules/cutover/schema.json',
    legacy: backend(legacy),
    candidate: backend(candidate),
    ...(envFile === undefined ? {} : { envFile }),
    features: Object.fromEntries(features.map(({ name, routes, risk }) => [name, { routes, risk, share: '0%', env: variableFor(name) }]))
  }, null, 2)}\n`
}

function codeText ({ legacy, candidate, features, envFile }: ConfigDraft): string {
  return `import { defineConfig } from 'cutover'

// Every setting, with its default: docs/reference/config.md of cutover, or your editor.
export default defineConfig({
  // The backend that serves today. ${legacy.note}
  // Instead of a command: { origin: 'http://…' } for one that runs already,
  // or { module: './dist/app.js' } for an application that this process can load.
  legacy: ${backendCode(legacy)},

  // The backend that is to take over. ${candidate.note}
  candidate: ${backendCode(candidate)},

  // Clients come here.
  listen: { host: '127.0.0.1', port: 3000 },
${envFile === undefined
? ''
: `
  // Watched: edit a feature's variable there and it moves, without a restart.
  envFile: ${quoted(envFile)},
`}
  // What moves together. A route that no feature lists stays on legacy.
  features: {
${features.map(featureCode).join(',\n\n')}
  }
})
`
}

function backendCode ({ command, origin, health, env }: BackendDraft): string {
  const lines = [
    ...(command === undefined ? [] : [`command: ${quoted(command)}`]),
    ...(env === undefined ? [] : [`env: { ${Object.entries(env).map(([name, value]) => `${name}: ${quoted(value)}`).join(', ')} }`]),
    `origin: ${quoted(origin)}`,
    ...(health === undefined ? [] : [`health: ${quoted(health)}`])
  ]
  return `{\n${lines.map(line => `    ${line}`).join(',\n')}\n  }`
}

function featureCode ({ name, routes, risk }: Proposal): string {
  const sticky = risk === 'low' ? [] : ['      // Keeps a user on one side: \'cookie:NAME\', \'header:NAME\', \'jwt:CLAIM\', \'address\' or \'cookie\'.', '      // stickyBy: \'header:authorization\',']
  return [
    `    ${/^[a-z]\w*$/.test(name) ? name : quoted(name)}: {`,
    `      routes: [${routes.map(quoted).join(', ')}],`,
    `      risk: ${quoted(risk)},`,
    ...sticky,
    '      share: \'0%\',',
    `      env: ${quoted(variableFor(name))}`,
    '    }'
  ].join('\n')
}

function quoted (text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
