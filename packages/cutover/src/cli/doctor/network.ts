import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { portOf, unhealthiness } from '../../backends/health.ts'
import type { StatusResponse } from '../../config/admin-api.ts'
import type { BackendSettings, Settings } from '../../config/settings.ts'
import { fail, ok, warn, type Finding } from './finding.ts'

/**
 * Whether the ports of the switch are free, or its own.
 * @param running what the running switch says, if there is one
 */
export async function portFindings ({ listen, admin }: Settings, running: StatusResponse | undefined): Promise<readonly Finding[]> {
  if (running !== undefined) return [ok('listen port', `the switch runs at ${running.listen.url}, pid ${running.pid}`)]
  return await Promise.all([
    portFinding('listen port', listen.host, listen.port, 'listen.port'),
    ...(admin.enabled ? [portFinding('admin port', admin.host, admin.port, 'admin.port')] : [])
  ])
}

async function portFinding (about: string, host: string, port: number, key: string): Promise<Finding> {
  if (port === 0) return ok(about, 'a free one is picked')
  const problem = await listening(host, port)
  switch (problem) {
    case undefined: return ok(about, `${host}:${port} is free`)
    case 'EADDRINUSE': return fail(about, `${host}:${port} is in use by another program`, `Stop that program, or set \`${key}\` to another port.`)
    case 'EACCES': return fail(about, `${host}:${port} is not open to this user`, `Set \`${key}\` to 1024 or above, or grant the right to bind it.`)
    case 'EADDRNOTAVAIL': return fail(about, `${host} is not an address of this machine`, `Set \`${key.replace('port', 'host')}\` to one that is, such as 127.0.0.1.`)
    default: return fail(about, `${host}:${port} cannot be listened on: ${problem}`, `Set \`${key.replace('port', 'host')}\` and \`${key}\` to an address that can.`)
  }
}

function listening (host: string, port: number): Promise<string | undefined> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)))
  })
}

/** How the backends are: what the running switch says, or what can be told before it runs. */
export async function backendFindings (settings: Settings, running: StatusResponse | undefined): Promise<readonly Finding[]> {
  return await Promise.all([settings.legacy, settings.candidate].map(async backend => running === undefined
    ? await idleBackendFinding(backend)
    : runningBackendFinding(backend.name, running)))
}

function runningBackendFinding (name: BackendSettings['name'], { backends }: StatusResponse): Finding {
  const { state, target, detail } = backends[name]
  return state === 'healthy'
    ? ok(name, `healthy: ${target}`)
    : fail(name, `${state}: ${target}${detail === undefined ? '' : `: ${detail}`}`, 'See its log lines where `cutover up` runs.')
}

async function idleBackendFinding ({ name, source, health }: BackendSettings): Promise<Finding> {
  switch (source.kind) {
    case 'listener': return ok(name, 'an application in the config')
    case 'module': return existsSync(source.path)
      ? ok(name, source.path)
      : fail(name, `${source.path} is not there`, `Build it, or correct \`${name}.module\`.`)
    case 'command': {
      if (!existsSync(source.cwd)) return fail(name, `its folder ${source.cwd} is not there`, `Correct \`${name}.cwd\`.`)
      const free = await unhealthiness({ url: source.url, path: undefined }, 1000)
      return free === undefined
        ? fail(name, `something listens at ${source.url.origin} already, where \`${source.command}\` should`, `Stop it, give the command another port, or leave out \`${name}.command\` to use what runs there.`)
        : ok(name, `\`cutover up\` starts ${source.command}; port ${portOf(source.url)} is free`)
    }
    case 'origin': {
      const problem = await unhealthiness({ url: source.url, path: health })
      if (problem !== undefined) return fail(name, `${source.url.href}: ${problem}`, `Start it, or correct \`${name}.origin\` and \`${name}.health\`.`)
      return health === undefined
        ? warn(name, `${source.url.href} accepts connections, and nothing says that it is healthy`, `Name a path that answers 2xx in \`${name}.health\`.`)
        : ok(name, `${source.url.href} is healthy`)
    }
  }
}

/** What the origins' Date headers say, for the clock. */
export async function originTimes (settings: Settings): Promise<ReadonlyArray<{ readonly from: string, readonly at: Date }>> {
  const urls = [settings.legacy, settings.candidate].flatMap(({ source, health }) => source.kind === 'origin' ? [new URL(health ?? '/', source.url)] : [])
  const times = await Promise.all(urls.map(async url => {
    try {
      const response = await fetch(url, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(2000) })
      await response.body?.cancel()
      const at = new Date(response.headers.get('date') ?? NaN)
      return Number.isNaN(at.getTime()) ? [] : [{ from: url.origin, at }]
    } catch {
      return []
    }
  }))
  return times.flat()
}
