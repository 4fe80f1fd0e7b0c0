import { availableParallelism, cpus } from 'node:os'
import { generator } from './load.ts'
import { pinning } from './tools.ts'

/** What a figure was measured on. */
export function machine (): Readonly<Record<string, unknown>> {
  return {
    node: process.version,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    pinned: pinning,
    load: generator,
    at: new Date().toISOString()
  }
}
