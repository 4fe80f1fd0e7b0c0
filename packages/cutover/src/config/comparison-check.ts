import type { ComparisonConfig } from './comparison.ts'
import { parseRoute } from './route.ts'

/**
 * What a schema cannot say of rules of comparison, one line each.
 * @param place where the rules are in the configuration, for the lines: `parity.compare`
 */
export function comparisonProblems (rules: ComparisonConfig, place = ''): readonly string[] {
  const lines: string[] = []
  const before = place === '' ? '' : `${place}.`
  const roots = ['status', 'headers', 'body', 'trailers', 'state', '*', '**']
  for (const section of ['ignore', 'tolerance', 'unordered', 'keyed', 'headers', 'statuses'] as const) {
    rules[section]?.forEach((rule, index) => {
      const at = `${before}${section}[${index}]`
      if ('path' in rule) {
        const first = rule.path.split('/')[1]!
        if (!roots.includes(first)) lines.push(`${at}.path: begins with "/${first}"; begin with /status, /headers, /body, /trailers or /state`)
        if (/~(?![012])/.test(rule.path)) lines.push(`${at}.path: has a "~" that is not ~0 (for ~), ~1 (for /) or ~2 (for *)`)
      }
      rule.routes?.forEach((route, number) => {
        const parsed = parseRoute(route)
        if (typeof parsed === 'string') lines.push(`${at}.routes[${number}]: "${route}" ${parsed}`)
      })
    })
  }
  rules.tolerance?.forEach((rule, index) => {
    if (rule.absolute === undefined && rule.relative === undefined) lines.push(`${before}tolerance[${index}]: needs absolute or relative`)
  })
  rules.ignore?.forEach((rule, index) => {
    if (['/**', '/*', '/body/**', '/**/**', '/state/**', '/state/*', '/state/*/**'].includes(rule.path) && rule.kinds === undefined) lines.push(`${before}ignore[${index}].path: "${rule.path}" would hide everything; name places, or give kinds`)
  })
  rules.statuses?.forEach((rule, index) => {
    if (rule.legacy === rule.candidate) lines.push(`${before}statuses[${index}]: both sides are ${rule.legacy}; equal statuses need no rule`)
  })
  return lines
}
