import { findPython, PythonMissing, type Python } from '../python.ts'

/** What a test that runs the FastAPI face begins with. */
export interface NeededPython {
  /** Undefined only where `skip` says why. */
  readonly python: Python | undefined
  /** For node:test's `skip`. */
  readonly skip: string | false
}

/**
 * Looks for Python's packages; without them a test skips, and says what to install. With CUTOVER_CI=1 it fails instead.
 * @throws PythonMissing
 */
export function needPython (variables: NodeJS.ProcessEnv = process.env): NeededPython {
  try {
    return { python: findPython(variables), skip: false }
  } catch (error) {
    if (!(error instanceof PythonMissing) || variables.CUTOVER_CI === '1') throw error
    return { python: undefined, skip: error.message }
  }
}
