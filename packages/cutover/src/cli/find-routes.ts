import { readdirSync, readFileSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'

/** A feature that the routes of a project suggest. */
export interface Proposal {
  readonly name: string
  readonly routes: readonly string[]
  readonly risk: 'low' | 'medium' | 'high'
}

const sources = new Set(['.ts', '.mts', '.js', '.mjs', '.cjs', '.py'])
const skipped = new Set(['node_modules', 'dist', 'build', 'coverage', 'test', 'tests', '__tests__', '__pycache__', 'venv', 'public', 'client', 'web'])
/** Files that are searched. */
export const mostFiles = 500
const largestBytes = 500_000

/** A light look, not an inventory: calls and decorators whose first argument is a path. */
export const routeCalls = [
  /\.(?:use|route|get|post|put|patch|delete|all|register)\s*\(\s*(["'`])(\/[^"'`\s$]*)\1/g,
  /\bprefix\s*[:=]\s*(["'`])(\/[^"'`\s$]*)\1/g,
  /@(?:Controller|Get|Post|Put|Patch|Delete)\s*\(\s*(["'`])\/?([\w/:-]+)\1/g
]

/** Scans the sources of a project for the paths that routes are written with. */
export function findPaths (folder: string): readonly string[] {
  const paths = new Set<string>()
  for (const file of sourcesBelow(folder)) {
    const text = readFileSync(file, 'utf8')
    for (const [, , path] of routeCalls.flatMap(call => [...text.matchAll(call)])) {
      paths.add(path!.startsWith('/') ? path! : `/${path}`)
    }
  }
  return [...paths].sort()
}

/**
 * Groups paths into features by their first segment that means something, and guesses what a
 * mistake in each would cost.
 */
export function proposeFeatures (paths: readonly string[]): readonly Proposal[] {
  const groups = new Map<string, { prefix: string, deeper: boolean }>()
  for (const path of paths) {
    const segments = path.split('/').filter(segment => segment !== '')
    const depth = segments.findIndex(segment => !/^(api|rest|v\d+)$/i.test(segment))
    const word = segments[depth]
    if (word === undefined || !/^[A-Za-z][\w.-]*$/.test(word)) continue
    const prefix = `/${segments.slice(0, depth + 1).join('/')}`
    const found = groups.get(prefix)
    groups.set(prefix, { prefix, deeper: (found?.deeper ?? false) || segments.length > depth + 1 || !isHealth(word) })
  }
  const prefixes = [...groups.values()].filter(({ prefix }) => !hasLongerTwin(prefix, [...groups.keys()]))
  const named = new Map<string, string[]>()
  for (const { prefix, deeper } of prefixes) {
    const name = nameFor(prefix)
    const routes = isHealth(name) ? [`GET ${prefix}`] : deeper ? [prefix, `${prefix}/*`] : [prefix]
    named.set(name, [...named.get(name) ?? [], ...routes])
  }
  return [...named]
    .map(([name, routes]) => ({ name, routes, risk: riskOf(name) }))
    .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name))
}

/** Routers are often written without the prefix that they are mounted at: `/vehicles` beside `/api/vehicles`. */
function hasLongerTwin (prefix: string, all: readonly string[]): boolean {
  return all.some(other => other !== prefix && other.endsWith(prefix))
}

function nameFor (prefix: string): string {
  return prefix.split('/').at(-1)!.replace(/([a-z])([A-Z])/g, '$1-$2').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '')
}

function isHealth (name: string): boolean {
  return /^(health|healthz|ready|readyz|live|livez|ping|status|version|metrics)$/i.test(name)
}

function riskOf (name: string): Proposal['risk'] {
  if (isHealth(name) || /^(docs|openapi|static|assets|public)/i.test(name)) return 'low'
  return /^(auth|login|logout|session|sessions|oauth|users?|accounts?|pay|payments?|checkout|billing|orders?|admin|webhooks?|upload|uploads)/i.test(name) ? 'high' : 'medium'
}

function rank ({ risk }: Proposal): number {
  return ['low', 'medium', 'high'].indexOf(risk)
}

/** The source files of a project, at most 500 of them. */
export function sourcesBelow (folder: string): readonly string[] {
  const files: string[] = []
  const folders = [folder]
  for (let at = folders.shift(); at !== undefined && files.length < mostFiles; at = folders.shift()) {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      const path = join(at, entry.name)
      if (entry.isDirectory() && !entry.name.startsWith('.') && !skipped.has(entry.name)) folders.push(path)
      else if (entry.isFile() && sources.has(extname(entry.name)) && !/\.(test|spec|d)\.|^cutover\.config/.test(entry.name) && statSync(path).size <= largestBytes) files.push(path)
    }
  }
  return files.slice(0, mostFiles)
}
