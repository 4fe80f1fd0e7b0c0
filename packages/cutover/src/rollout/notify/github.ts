import type { RolloutEvent, RolloutEventName } from '../../config/control.ts'
import type { Addressee } from './delivery.ts'
import { post, type Place } from './post.ts'
import { cut, headline } from './words.ts'

type DeploymentState = 'in_progress' | 'success' | 'failure' | 'inactive'

const states: Readonly<Record<RolloutEventName, DeploymentState>> = {
  queued: 'in_progress', started: 'in_progress', stage: 'in_progress', paused: 'in_progress', resumed: 'in_progress', skipped: 'in_progress', failed: 'failure', aborted: 'inactive', completed: 'success'
}

// GitHub's limit: https://docs.github.com/en/rest/deployments/statuses
const longestDescription = 140

/** Sets the status of a deployment. @param place of its statuses */
export function github ({ place, repository, token, on, timeoutMs }: {
  readonly place: Place
  readonly repository: string
  readonly token: string
  readonly on: readonly string[] | undefined
  readonly timeoutMs: number
}): Addressee {
  const underWay = new Set<string>()
  const failed = new Set<string>()
  const statuses = new WeakMap<RolloutEvent, ReturnType<typeof deploymentStatus>>()
  const headers = { authorization: `Bearer ${token}`, accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' }
  return {
    name: `github ${repository}`,
    on,
    noticed: event => {
      const state = states[event.event]
      underWay[state === 'in_progress' ? 'add' : 'delete'](event.feature)
      failed[state === 'failure' ? 'add' : 'delete'](event.feature)
      statuses.set(event, deploymentStatus(event, { underWay: underWay.size > 0, failed: failed.size > 0 }))
    },
    deliver: async ({ event }, signal) => await post(place, JSON.stringify(statuses.get(event)), headers, signal, timeoutMs)
  }
}

/**
 * What a deployment is told of the rollout of one of its features: it has succeeded when the last of them has, and the
 * end of one does not hide that another has failed.
 * @param underWay whether any of them is still to come, and `failed` whether any was taken back; this one included
 */
export function deploymentStatus (event: RolloutEvent, { underWay, failed }: { readonly underWay: boolean, readonly failed: boolean }): { readonly state: DeploymentState, readonly description: string } {
  const own = states[event.event]
  const ended = own === 'success' || own === 'inactive'
  const state = ended && underWay ? 'in_progress' : ended && failed ? 'failure' : own
  return { state, description: cut(headline(event), longestDescription) }
}

/** Where the statuses of a deployment are. */
export function statusesUrl (api: string, repository: string, deployment: string): string {
  return `${api.replace(/\/$/, '')}/repos/${repository}/deployments/${deployment}/statuses`
}
