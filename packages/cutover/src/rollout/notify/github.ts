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
  const headers = { authorization: `Bearer ${token}`, accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' }
  return {
    name: `github ${repository}`,
    on,
    deliver: async ({ event }, signal) => {
      if (states[event.event] === 'in_progress') underWay.add(event.feature)
      else underWay.delete(event.feature)
      return await post(place, JSON.stringify(deploymentStatus(event, underWay.size > 0)), headers, signal, timeoutMs)
    }
  }
}

/** @param more whether other features are still under way, so that the completion of one is not that of the deployment */
export function deploymentStatus (event: RolloutEvent, more: boolean): { readonly state: DeploymentState, readonly description: string } {
  const state = states[event.event]
  return { state: state === 'success' && more ? 'in_progress' : state, description: cut(headline(event), longestDescription) }
}

/** Where the statuses of a deployment are. */
export function statusesUrl (api: string, repository: string, deployment: string): string {
  return `${api.replace(/\/$/, '')}/repos/${repository}/deployments/${deployment}/statuses`
}
