import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

export type Framework = 'express' | 'koa' | 'nest' | 'hono' | 'fastify' | 'fastapi'

/** What a folder tells about the backend in it. */
export interface Project {
  readonly name: string
  readonly language: 'typescript' | 'javascript' | 'python' | 'unknown'
  /** The frameworks it depends on. */
  readonly frameworks: readonly Framework[]
  /** Entry files, relative to the folder, the likeliest first. */
  readonly entries: readonly string[]
  /** The script that starts it, if there is one. */
  readonly start: string | undefined
  readonly esm: boolean
}

interface Manifest {
  readonly name?: string
  readonly type?: string
  readonly main?: string
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

const packages: ReadonlyArray<readonly [name: string, framework: Framework]> = [
  ['@nestjs/core', 'nest'], ['express', 'express'], ['koa', 'koa'], ['hono', 'hono'], ['fastify', 'fastify']
]
const usualEntries = ['', 'src/', 'app/', 'server/', 'lib/', 'dist/'].flatMap(folder => ['server', 'index', 'app', 'main'].map(name => folder + name))
const extensions = ['.ts', '.mts', '.js', '.mjs', '.cjs', '.py']
const sourceFile = /(?:^|[\s=])((?:\.\/)?[\w./-]+\.(?:ts|mts|js|mjs|cjs))(?=\s|$)/g

/** Looks at package.json, at Python's requirements, and at the usual names of entry files. */
export function readProject (folder: string): Project {
  const manifest = manifestOf(folder)
  const python = ['requirements.txt', 'pyproject.toml'].map(name => textOf(join(folder, name))).join('\n')
  const known = { ...manifest?.devDependencies, ...manifest?.dependencies }
  const fastapi = /(^|["'\s])fastapi\b/im.test(python)
  return {
    name: manifest?.name ?? basename(folder),
    language: languageOf(folder, manifest, python !== '\n'),
    frameworks: [...packages.filter(([name]) => known[name] !== undefined).map(([, framework]) => framework), ...(fastapi ? ['fastapi' as const] : [])],
    entries: entriesOf(folder, manifest),
    start: manifest?.scripts?.start,
    esm: manifest?.type === 'module'
  }
}

function languageOf (folder: string, manifest: Manifest | undefined, python: boolean): Project['language'] {
  if (manifest === undefined) return python ? 'python' : 'unknown'
  const typescript = existsSync(join(folder, 'tsconfig.json')) || manifest.devDependencies?.typescript !== undefined
  return typescript ? 'typescript' : 'javascript'
}

function entriesOf (folder: string, manifest: Manifest | undefined): readonly string[] {
  const named = [manifest?.scripts?.dev, manifest?.scripts?.start].flatMap(script => [...(script ?? '').matchAll(sourceFile)].map(match => match[1]!))
  const usual = usualEntries.flatMap(entry => extensions.map(extension => entry + extension))
  const all = [...named, ...(manifest?.main === undefined ? [] : [manifest.main]), ...usual].map(entry => entry.replace(/^\.\//, ''))
  return [...new Set(all)].filter(entry => existsSync(join(folder, entry)))
}

function manifestOf (folder: string): Manifest | undefined {
  const text = textOf(join(folder, 'package.json'))
  try {
    const manifest: unknown = JSON.parse(text)
    return typeof manifest === 'object' && manifest !== null ? manifest : undefined
  } catch {
    return undefined
  }
}

function textOf (path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
