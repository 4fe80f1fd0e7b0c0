import { splitCommand } from '../../backends/command-line.ts'
import type { Environment } from '../../config/environment.ts'
import type { NotificationSettings } from '../../config/rollout-settings.ts'
import { command } from './command.ts'
import type { Addressee } from './delivery.ts'
import { github, statusesUrl } from './github.ts'
import { placeOf } from './post.ts'
import { slack } from './slack.ts'
import { webhook } from './webhook.ts'

/** Where the id of a deployment is looked for when the config names none. */
export const deploymentVariable = 'GITHUB_DEPLOYMENT_ID'

export interface Means {
  readonly env: Environment
  /** Where commands run. */
  readonly folder: string
  readonly timeoutMs: number
  readonly commandTimeoutMs: number
}

/**
 * Whom a notification tells. What the config leaves to the environment is looked up here, once.
 * @returns why nobody can be told, without a secret, when something is missing
 */
export function addresseeOf (settings: NotificationSettings, { env, folder, timeoutMs, commandTimeoutMs }: Means): Addressee | { readonly problem: string, readonly remedy: string } {
  const { on } = settings
  const missing = variablesOf(settings).find(name => (env[name] ?? '') === '')
  if (missing !== undefined) return { problem: `the variable ${missing} is not set`, remedy: `Set ${missing}, or take the notification out of the config.` }
  const valueOf = (text: string): string => text.startsWith('env:') ? env[text.slice(4)]!.trim() : text
  switch (settings.kind) {
    case 'command': {
      const words = splitCommand(settings.command)
      if ('problem' in words) return { problem: `its command line is not usable: ${words.problem}`, remedy: 'Correct `command`.' }
      return command({ words, cwd: folder, env: process.env, on, timeoutMs: commandTimeoutMs })
    }
    case 'webhook':
    case 'slack': {
      const place = placeOf(valueOf(settings.url))
      if (place === undefined) return { problem: `${settings.url.startsWith('env:') ? settings.url.slice(4) : 'what it names'} is not a URL that begins with http:// or https://`, remedy: `Correct \`${settings.kind}\`, or the variable that it names.` }
      if (settings.kind === 'slack') return slack({ place, on, timeoutMs })
      return webhook({ place, on, timeoutMs, secret: settings.secret === undefined ? undefined : valueOf(settings.secret) })
    }
    case 'github': {
      const deployment = valueOf(String(settings.deployment ?? `env:${deploymentVariable}`))
      if (!/^[1-9]\d*$/.test(deployment)) return { problem: 'the id of its deployment is not a number', remedy: 'Correct `github.deployment`, or the variable that it names.' }
      const place = placeOf(statusesUrl(settings.api, settings.repository, deployment))
      if (place === undefined) return { problem: '`github.api` is not a URL', remedy: 'Correct it.' }
      return github({ place, repository: settings.repository, token: valueOf(settings.token), on, timeoutMs })
    }
  }
}

/** The environment variables that a notification needs. */
export function variablesOf (settings: NotificationSettings): readonly string[] {
  const texts = settings.kind === 'webhook'
    ? [settings.url, settings.secret]
    : settings.kind === 'slack' ? [settings.url] : settings.kind === 'github' ? [settings.token, String(settings.deployment ?? `env:${deploymentVariable}`)] : []
  return texts.flatMap(text => text?.startsWith('env:') === true ? [text.slice(4)] : [])
}
