import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fail, ok, warn, type Finding } from './finding.ts'

/** Node 20.19 is the oldest that cutover runs on. */
export function nodeFinding (version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 20 || (major === 20 && minor >= 19)
    ? ok('node', version)
    : fail('node', `${version} is too old`, 'Install Node.js 20.19 or later.')
}

const oldest: ReadonlyArray<readonly [name: string, major: number]> = [['express', 4], ['koa', 2], ['@nestjs/core', 10], ['hono', 4], ['fastify', 5]]

/** Versions of the frameworks that are installed for the project. */
export function frameworkFindings (folder: string): readonly Finding[] {
  const found = oldest.flatMap(([name, major]): Finding[] => {
    const version = installedVersion(folder, name)
    if (version === undefined) return []
    return [Number(version.split('.')[0]) >= major
      ? ok(name, version)
      : warn(name, `${version} is older than cutover is tested with`, `Update it to version ${major} or later: npm install ${name}@${major}`)]
  })
  return found.length > 0 ? found : [ok('frameworks', 'none is installed here: the backends run elsewhere')]
}

/** Packages that only some commands need. */
export function peerFindings (manifest: { readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>> }, folder: string): readonly Finding[] {
  const optional = Object.entries(manifest.peerDependenciesMeta ?? {}).filter(([, { optional }]) => optional === true).map(([name]) => name)
  return optional.map(name => {
    const version = installedVersion(folder, name)
    return version === undefined ? ok(name, 'not installed: only the command that uses it needs it') : ok(name, version)
  })
}

/** The version of a package as the project would load it. */
function installedVersion (folder: string, name: string): string | undefined {
  for (const place of createRequire(join(folder, 'x.js')).resolve.paths(name) ?? []) {
    try {
      return (JSON.parse(readFileSync(join(place, name, 'package.json'), 'utf8')) as { version: string }).version
    } catch {
      if (dirname(place) === place) break
    }
  }
  return undefined
}

const skewMs = 5000

/**
 * Compares this machine's clock with what others say.
 * @param now this machine's time
 * @param others times that others gave at the same moment: backends' Date headers
 * @param newest time of the newest line in the journal
 */
export function clockFinding (now: Date, others: ReadonlyArray<{ readonly from: string, readonly at: Date }>, newest: Date | undefined): Finding {
  const remedy = 'Set the clock, and keep it by NTP: the journal and signed tokens depend on it.'
  if (newest !== undefined && newest.getTime() - now.getTime() > skewMs) return fail('clock', `the journal's newest line is in the future: ${newest.toISOString()}`, remedy)
  const off = others.find(({ at }) => Math.abs(at.getTime() - now.getTime()) > skewMs)
  if (off !== undefined) return warn('clock', `${off.from} says ${off.at.toISOString()}, this machine ${now.toISOString()}`, remedy)
  return ok('clock', now.toISOString())
}
