import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Log } from '../backends/backend.ts'
import { unhealthiness } from '../backends/health.ts'
import { openHosted, type Hosted, type HostedOptions } from '../backends/hosted/hosted.ts'
import { openHostedCommand } from '../backends/hosted/hosted-command.ts'
import type { BackendSettings } from '../config/settings.ts'
import { fault } from '../errors.ts'
import type { Instance } from './plan.ts'

export interface InstanceOptions {
  /** For messages. */
  readonly name: string
  readonly source: BackendSettings['source']
  readonly health: string | undefined
  readonly startTimeoutMs: number
  readonly stopTimeoutMs: number
  /** The config file, where the application is an object in it. */
  readonly file: string | undefined
  /** Added to this process's environment. */
  readonly env: Readonly<Record<string, string>>
  readonly log: Log
  readonly signal: AbortSignal | undefined
}

/**
 * Starts a backend in a process of its own, and takes the time until it is healthy; one that runs already is used where it is.
 * @throws CUT_SIDE_FAILED, CUT_SIDE_IN_CODE, CUT_SIDE_DOWN, CUT_COMMAND_INVALID
 */
export async function openInstance (options: InstanceOptions): Promise<Instance> {
  const { name, source, health } = options
  if (source.kind === 'origin') {
    const reason = await unhealthiness({ url: source.url, path: health })
    if (reason !== undefined) throw fault('CUT_SIDE_DOWN', name, source.url.href, reason)
    return { origin: source.url, pid: undefined, startMs: undefined, framework: undefined, exited: new Promise(() => {}), stop: async () => {} }
  }
  const began = performance.now()
  const hosted = await start(options, source)
  return {
    origin: hosted.origin,
    pid: hosted.pid,
    startMs: performance.now() - began,
    framework: hosted.framework === undefined ? undefined : withVersion(hosted.framework, source.kind === 'module' ? source.path : options.file),
    exited: hosted.exited,
    stop: () => hosted.stop()
  }
}

async function start (options: InstanceOptions, source: Exclude<BackendSettings['source'], { readonly kind: 'origin' }>): Promise<Hosted> {
  const { name, health, startTimeoutMs, stopTimeoutMs, env, log, signal, file } = options
  const common: HostedOptions = { name, health, startTimeoutMs, stopTimeoutMs, env, log, signal }
  switch (source.kind) {
    case 'module': return await openHosted({ ...common, source })
    case 'command': return await openHostedCommand({ ...common, command: source.command, cwd: source.cwd, url: source.url, env: { ...source.env, ...env } })
    case 'listener': {
      if (file === undefined || (name !== 'legacy' && name !== 'candidate')) throw fault('CUT_SIDE_IN_CODE', name)
      return await openHosted({ ...common, source: { kind: 'config', file, backend: name } })
    }
  }
}

const packages: Readonly<Record<string, string>> = { Express: 'express', Fastify: 'fastify', Koa: 'koa', Hono: 'hono', 'Nest on Express': '@nestjs/core', 'Nest on Fastify': '@nestjs/core' }

/** A framework with the version that a module at this path would get. */
export function withVersion (framework: string, path: string | undefined): string {
  const name = packages[framework]
  if (name === undefined || path === undefined) return framework
  for (const folder of createRequire(path).resolve.paths(name) ?? []) {
    try {
      const { version } = JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8')) as { version?: string }
      if (version !== undefined) return `${framework} ${version}`
    } catch {
      // Not in this folder.
    }
  }
  return framework
}
