import { monitorEventLoopDelay } from 'node:perf_hooks'

const resolutionMs = 20

/** How this process does. */
export interface ProcessReadings {
  readonly cpuUserSeconds: number
  readonly cpuSystemSeconds: number
  readonly residentBytes: number
  readonly uptimeSeconds: number
  /** How much later than planned timers ran, since the reading before. */
  readonly eventLoopDelay: { readonly p50Seconds: number, readonly p90Seconds: number, readonly p99Seconds: number, readonly maxSeconds: number }
  /** The part of the time that the event loop was busy, since the reading before: 0 to 1. */
  readonly eventLoopUtilization: number
}

/** Begins to watch this process, without keeping it alive. */
export function watchProcess (): { read (): ProcessReadings, close (): void } {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs })
  delay.enable()
  let before = performance.eventLoopUtilization()
  // What is measured is the time between two samples, so its resolution is not delay.
  const late = (nanoseconds: number) => Math.max(0, Number.isFinite(nanoseconds) ? nanoseconds / 1e9 - resolutionMs / 1000 : 0)
  return {
    read () {
      const cpu = process.cpuUsage()
      const now = performance.eventLoopUtilization()
      const { utilization } = performance.eventLoopUtilization(now, before)
      before = now
      const readings: ProcessReadings = {
        cpuUserSeconds: cpu.user / 1e6,
        cpuSystemSeconds: cpu.system / 1e6,
        residentBytes: process.memoryUsage.rss(),
        uptimeSeconds: process.uptime(),
        eventLoopDelay: {
          p50Seconds: late(delay.percentile(50)),
          p90Seconds: late(delay.percentile(90)),
          p99Seconds: late(delay.percentile(99)),
          maxSeconds: late(delay.max)
        },
        eventLoopUtilization: Number.isFinite(utilization) ? utilization : 0
      }
      delay.reset()
      return readings
    },
    close: () => { delay.disable() }
  }
}
