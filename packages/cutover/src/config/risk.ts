import type { JudgedRisk, Risk, RiskRule } from './risk-rule.ts'
import type { Route } from './settings.ts'

/** Low first. */
export const risks: readonly Risk[] = ['low', 'medium', 'high']

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

// Of a name or a segment of a path; the first that matches decides. Neither knows what the code does: rules of the config come first.
const words: ReadonlyArray<readonly [pattern: RegExp, risk: Risk, reason: string]> = [
  [/^(health|healthz|ready|readyz|live|livez|liveness|readiness|ping|status|version|metrics)$/i, 'low', 'a health check'],
  [/^(docs?|documentation|openapi|swagger|static|assets|public|favicon\.ico|robots\.txt|manifest|capabilities)/i, 'low', 'a utility that holds no state'],
  [/^(auth|login|logout|sign-?(in|up|out)|sessions?|oauth|oidc|saml|sso|register|password|passkeys?|webauthn|tokens?|csrf|permissions?|roles?|admin)/i, 'high', 'who may do what depends on it'],
  [/^(users?|accounts?|profiles?)$/i, 'high', 'accounts depend on it'],
  [/^(pay|payments?|checkout|billing|invoices?|orders?|refunds?|transfers?|subscriptions?|cart)/i, 'high', 'money depends on it'],
  [/^(webhooks?|uploads?|downloads?|streams?|sockets?|socket\.io|ws|realtime|events|imports?|exports?|sync|batch|jobs|generate|prompts?|search|reports?)$/i, 'high', 'its logic is more than reading and writing records']
]

/**
 * What a mistake in a feature would cost: by the rules of the config, the first that matches a route deciding on that
 * route; else by the words of its name and paths. The highest counts. Create, read, update and delete is medium.
 */
export function judgeRisk (name: string, routes: readonly Route[], rules: readonly RiskRule[]): JudgedRisk {
  const ruled = routes.flatMap(route => (route.methods ?? methods).flatMap(method => {
    const rule = rules.find(({ routes: pattern }) => pattern.test(`${method} ${route.path}`))
    return rule === undefined ? [] : [{ risk: rule.risk, reason: rule.reason }]
  }))
  if (ruled.length > 0) return highest(ruled)
  const named = [name, ...routes.flatMap(({ path }) => path.split('/'))].flatMap(word => {
    const found = words.find(([pattern]) => pattern.test(word))
    return found === undefined ? [] : [{ risk: found[1], reason: `${word}: ${found[2]}` }]
  })
  const top = highest(named)
  // A health check below a collection says nothing of the collection.
  const all = routes.every(({ path }) => path.split('/').some(word => words.some(([pattern, risk]) => risk === 'low' && pattern.test(word))))
  if (named.length > 0 && (top.risk !== 'low' || all)) return top
  const writes = routes.some(route => route.methods === undefined || route.methods.some(method => !['GET', 'HEAD', 'OPTIONS'].includes(method)))
  return { risk: 'medium', reason: writes ? 'it creates, reads, changes or deletes records' : 'it reads records' }
}

function highest (judged: readonly JudgedRisk[]): JudgedRisk {
  return judged.reduce((top, each) => risks.indexOf(each.risk) > risks.indexOf(top.risk) ? each : top, judged[0] ?? { risk: 'low', reason: '' })
}
