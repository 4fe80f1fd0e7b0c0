import { existsSync } from 'node:fs'
import { extname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createJiti } from 'jiti'
import { fault } from '../errors.ts'

// One for all: modules of both backends that import the same third one must get the same instance of it.
let jiti: ReturnType<typeof createJiti> | undefined
// And one after the other: two imports at a time would both run a module that is not cached yet.
let last: Promise<Record<string, unknown>> = Promise.resolve({})

const typescript = new Set(['.ts', '.mts', '.cts', '.tsx', '.jsx'])

/**
 * Imports a module, TypeScript too, and takes one of its exports.
 * A CommonJS module's own properties count as its exports.
 * @param path absolute
 * @param name of the export
 * @param owner whose module it is, for messages: `the legacy backend`
 * @throws CUT_MODULE_UNREADABLE, CUT_MODULE_EXPORT
 */
export async function importExport (path: string, name: string, owner: string): Promise<unknown> {
  if (!existsSync(path)) throw fault('CUT_MODULE_UNREADABLE', path, owner, 'there is no such file')
  const module = await load(path, owner)
  if (name in module) return module[name]
  const inner = module.default
  if ((typeof inner === 'object' || typeof inner === 'function') && inner !== null && name in inner) return (inner as Record<string, unknown>)[name]
  throw fault('CUT_MODULE_EXPORT', path, owner, name, Object.keys(module).join(', ') || 'nothing')
}

async function load (path: string, owner: string): Promise<Record<string, unknown>> {
  try {
    if (!typescript.has(extname(path))) return await import(pathToFileURL(path).href)
    return await (last = last.catch(() => {}).then(async () => {
      jiti ??= createJiti(import.meta.url, { interopDefault: true, fsCache: false })
      return await jiti.import<Record<string, unknown>>(path)
    }))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw Object.assign(fault('CUT_MODULE_UNREADABLE', path, owner, reason), { cause: error })
  }
}
