import type { ServerResponse } from 'node:http'
import type { EvaluationContext } from '@openfeature/server-sdk'
import type { Explanation } from '../../config/control.ts'
import type { Decision } from '../../switch/feature.ts'

/**
 * The decision of the request that a response answers, as a context to evaluate flags with: so code behind the HTTP
 * layer learns which side it is on, also where the switch drew.
 *
 *     await client.getBooleanValue('vehicles', false, requestContext(reply.raw))
 *
 * @param response Node's own: `res` in Express, `reply.raw` in Fastify, `ctx.res` in Koa
 * @returns an empty context when the response is not one of a switch in this process, or its request has no feature
 */
export function requestContext (response: ServerResponse): EvaluationContext {
  const { decision } = response as { decision?: Decision }
  if (decision?.feature === undefined) return {}
  return { cutover: { feature: decision.feature.name, backend: decision.backend, reason: decision.reason } }
}

/** What {@link requestContext} put there, if it is of this feature. */
export function decisionIn (context: EvaluationContext, feature: string): Pick<Explanation, 'backend' | 'reason'> | undefined {
  const given = context.cutover as Partial<Record<'feature' | 'backend' | 'reason', unknown>> | null | undefined
  if (typeof given !== 'object' || given?.feature !== feature) return undefined
  return { backend: given.backend === 'candidate' ? 'candidate' : 'legacy', reason: given.reason as Explanation['reason'] }
}
