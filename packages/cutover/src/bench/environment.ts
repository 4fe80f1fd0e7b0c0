import { availableParallelism, cpus } from 'node:os'
import { pinning } from './process/pinning.ts'
import type { BenchResult } from './result.ts'

/** What a bench was measured on. @param version of cutover */
export function environmentOf (version: string): BenchResult['environment'] {
  return {
    node: process.version,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    platform: `${process.platform} ${process.arch}`,
    generator: `autocannon for rates, cutover's own open-loop sender for latencies; ${pinning ? 'load and backends on cores of their own' : 'not held to cores'}`,
    cutover: version
  }
}
