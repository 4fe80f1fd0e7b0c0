import { importInstalled } from '../../config/installed-package.ts'

/** The package `mongodb`. */
export type Driver = typeof import('mongodb')

/**
 * The package `mongodb`, found beside cutover or from the working directory, where a global cutover finds the project's own.
 * @throws CUT_PACKAGE_MISSING
 */
export async function loadDriver (folder = process.cwd(), name = 'mongodb'): Promise<Driver> {
  return await importInstalled<Driver>(name, folder, 'Comparing MongoDB databases')
}

/** How documents are read, so that each value keeps its type and can be written back as it was. */
export const exact = { promoteValues: false, promoteLongs: false, promoteBuffers: false, bsonRegExp: true } as const

/** Whether a server does not know the command it was given. */
export function isUnknownCommand (error: unknown): boolean {
  const { code } = error as { code?: unknown }
  return Number(code) === 59 || /no such command/i.test((error as Error).message ?? '')
}
