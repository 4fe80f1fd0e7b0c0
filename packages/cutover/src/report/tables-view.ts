import type { Colors } from 'picocolors/types.js'
import type { Tally } from '../parity/compare/findings.ts'
import type { EndpointCoverage } from '../parity/finding.ts'
import { counted, cut, visible, wrap } from './visible.ts'

/** A heading with one line for each; nothing for none. */
export function listView (title: string, lines: readonly string[], width: number, colors: Colors): string[] {
  if (lines.length === 0) return []
  return [colors.bold(title), ...lines.flatMap(line => wrap(visible(line), width - 4).map((piece, at) => `${at === 0 ? '  ' : '    '}${piece}`))]
}

/** What was left out, grouped by what excused it and why, the most frequent first. */
export function leftOutView (leftOut: Readonly<Record<string, readonly Tally[]>>, width: number, colors: Colors): string[] {
  const groups = new Map<string, { readonly because: string, readonly reason: string, count: number, readonly places: Set<string>, readonly endpoints: Set<string> }>()
  for (const [endpoint, tallies] of Object.entries(leftOut)) {
    for (const { because, reason, pattern, count } of tallies) {
      const key = `${because} ${reason}`
      const group = groups.get(key) ?? { because, reason, count: 0, places: new Set(), endpoints: new Set() }
      groups.set(key, group)
      group.count += count
      group.places.add(pattern)
      group.endpoints.add(endpoint)
    }
  }
  const sorted = [...groups.values()].sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1))
  const total = sorted.reduce((sum, group) => sum + group.count, 0)
  if (total === 0) return []
  const room = Math.max(String(sorted[0]!.count).length, 4)
  return [
    `${colors.bold('Left out')}${colors.dim(` ${counted(total, 'time')}, each for a reason`)}`,
    ...sorted.flatMap(({ because, reason, count, places, endpoints }) => {
      const head = `  ${String(count).padStart(room)} × ${because.padEnd(7)} ${visible(reason)}`
      const where = `${' '.repeat(room + 13)}${visible([...places].slice(0, PLACES).join(', '))}${places.size > PLACES ? ` and ${places.size - PLACES} more` : ''} · ${counted(endpoints.size, 'endpoint')}`
      return [cut(head, width), colors.dim(cut(where, width))]
    })
  ]
}

const PLACES = 3

/** What was tried of each endpoint. */
export function coverageView (coverage: readonly EndpointCoverage[], width: number, colors: Colors): string[] {
  if (coverage.length === 0) return []
  const names = coverage.map(({ endpoint }) => visible(endpoint))
  const statuses = coverage.map(({ statuses }) => Object.entries(statuses).map(([status, count]) => `${status}×${count}`).join(' '))
  const nameRoom = Math.min(Math.max(...names.map(name => name.length), 8), Math.floor(width * 0.45))
  const lines = coverage.flatMap(({ requests, missing = [], parameters }, at) => {
    const line = `  ${cut(names[at]!, nameRoom).padEnd(nameRoom)} ${String(requests).padStart(8)}  ${statuses[at]!}`
    const never = [...missing.map(status => `status ${status}`), ...(parameters?.never ?? [])]
    return [
      cut(line, width),
      ...(never.length === 0 ? [] : wrap(visible(`never: ${never.join(', ')}`), width - 4).map(piece => colors.yellow(`    ${piece}`)))
    ]
  })
  return [colors.bold(`  ${'Endpoint'.padEnd(nameRoom)} requests  legacy's statuses`), ...lines]
}
