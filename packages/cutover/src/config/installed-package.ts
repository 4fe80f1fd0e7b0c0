import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fault } from '../errors.ts'

/**
 * Imports a package that cutover itself does not depend on: found beside cutover, or from a folder, where a global
 * cutover finds the application's own.
 * @param what it is for, for the message: `Serving a Hono application`
 * @throws CUT_PACKAGE_MISSING
 */
export async function importInstalled<Module> (name: string, folder: string, what: string): Promise<Module> {
  try {
    return await import(name) as Module
  } catch (error) {
    if (!isMissing(error)) throw error
  }
  try {
    return await import(pathToFileURL(createRequire(join(folder, 'package.json')).resolve(name)).href) as Module
  } catch (error) {
    if (!isMissing(error)) throw error
    throw fault('CUT_PACKAGE_MISSING', what, name, name)
  }
}

function isMissing (error: unknown): boolean {
  const code = (error as { code?: unknown }).code
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND'
}
