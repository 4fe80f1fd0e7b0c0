import { existsSync } from 'node:fs'
import { environmentWith } from '../../config/env-file.ts'
import { shareFromEnvironment, type Environment } from '../../config/environment.ts'
import type { Settings } from '../../config/settings.ts'
import { formatShare } from '../../config/units.ts'
import { addresseeOf } from '../../rollout/notify/addressee.ts'
import { stateKind, usualVariable } from '../../state/open-state.ts'
import { fail, ok, warn, type Finding } from './finding.ts'

const loopback = /^(127\.|localhost$|::1$)/

/** What is worth knowing about a configuration that is valid. */
export function configurationFindings (settings: Settings, env: Environment): readonly Finding[] {
  return [
    ok('config', settings.file ?? settings.folder),
    ...featureFindings(settings, env),
    ...adminFindings(settings),
    ...exposureFindings(settings),
    ...notificationFindings(settings, env),
    ...databaseFindings(settings)
  ]
}

/** Whether those who are to be told of rollouts can be; nobody is told anything. */
function notificationFindings ({ rollout, envFile, folder }: Settings, env: Environment): Finding[] {
  const known = environmentWith(envFile, env)
  return rollout.notify.map((notification, place) => {
    const about = `rollout.notify[${place}]`
    const to = addresseeOf(notification, { env: known, folder, timeoutMs: 0, commandTimeoutMs: 0 })
    return 'problem' in to ? warn(about, to.problem, to.remedy) : ok(about, to.name)
  })
}

/** Whether there is a database to clone; it is not connected to. */
function databaseFindings ({ parity: { state, surroundings } }: Settings): Finding[] {
  const about = 'parity.state'
  if (state.url === undefined) {
    if (state.urlFrom === undefined || surroundings !== undefined) return []
    return [warn(about, `${state.urlFrom} is not set: verify, fuzz and bench have no database to clone`, `Set ${state.urlFrom} to the URL of the database.`)]
  }
  const kind = stateKind(state.url)
  return [ok(about, `${kind === 'mongodb' ? 'MongoDB' : 'PostgreSQL'}, cloned for each backend, which finds its own in ${state.variable ?? usualVariable(state.url)}`)]
}

function featureFindings ({ features, envFile }: Settings, env: Environment): Finding[] {
  if (features.length === 0) return [warn('features', 'there are none: everything stays on legacy', 'Name the routes that are to move under `features`.')]
  if (envFile !== undefined && !existsSync(envFile)) return [warn('envFile', `${envFile} is not there`, 'Create it, or take `envFile` out of the config.')]
  const known = environmentWith(envFile, env)
  return features.map(feature => {
    const about = `feature ${feature.name}`
    try {
      const share = shareFromEnvironment(feature, known)
      if (feature.risk === 'high' && feature.stickyBy === undefined) return warn(about, 'its risk is high, and users may change sides between two requests', 'Give it `stickyBy`, such as \'header:authorization\' or \'cookie\'.')
      return ok(about, share === undefined ? `${feature.risk} risk` : `${feature.risk} risk, ${feature.env} sets ${formatShare(share)}`)
    } catch (error) {
      return fail(about, (error as Error).message, `Correct ${feature.env}.`)
    }
  })
}

function adminFindings ({ admin }: Settings): Finding[] {
  if (!admin.enabled) return [warn('admin', 'it is off: share, rollback and status cannot reach the switch', 'Set `admin.enabled` to true.')]
  const exposed = loopback.test(admin.host) ? [] : [warn('admin', `it listens on ${admin.host}, not only on this machine`, 'Set `admin.host` to 127.0.0.1, or let only your own network reach it, with TLS in front.')]
  return [...exposed, tokenFinding(admin.token)]
}

/** How hard an admin token is to guess. */
export function tokenFinding (token: string | undefined): Finding {
  if (token === undefined) return ok('admin token', 'made at random by each start')
  const bits = token.length * Math.log2(Math.max(2, new Set(token).size))
  return token.length < 24 || bits < 80
    ? warn('admin token', 'it could be guessed', 'Make one with: node -p "crypto.randomBytes(24).toString(\'base64url\')"')
    : ok('admin token', `${token.length} characters`)
}

function exposureFindings ({ force, trustedProxies, listen }: Settings): Finding[] {
  return [
    ...(force.header !== 'x-cutover-backend' && force.secret === undefined
      ? [warn('force', `${force.header} is set, but without a secret forcing is off`, 'Set CUTOVER_FORCE_SECRET, or take `force` out of the config.')]
      : []),
    ...(trustedProxies === true && !loopback.test(listen.host)
      ? [warn('trustedProxies', `everybody who reaches ${listen.host} may claim any client address`, 'List your proxies\' addresses instead of true.')]
      : [])
  ]
}
