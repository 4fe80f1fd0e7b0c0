import type { BoundSettings, GateSettings } from '../../config/rollout-settings.ts'
import { formatDuration, formatSize } from '../../config/units.ts'

/** What a gate asks, as a sentence. */
export function gateWords (gate: GateSettings): string {
  switch (gate.kind) {
    case 'errorRate': return `Of the candidate's requests ${bounded(gate.bound, percent)} may fail: answers of 500 and above, and what legacy had to answer instead.`
    case 'fallbacks': return `Of the candidate's requests legacy may have to answer ${bounded(gate.bound, percent)}.`
    case 'latency': return `${ordinal(gate.quantile)} of the candidate's answers ${gate.quantile === 0.5 ? 'takes' : 'take'} ${bounded(gate.bound, milliseconds)}.`
    case 'memory': return `The candidate's process holds ${bounded(gate.bound, bytes)} of memory.`
    case 'cpu': return `The candidate's process uses ${bounded(gate.bound, value => `${percent(value)} of one core`)}.`
    case 'eventLoopDelay': return `Timers in the candidate's process are ${bounded(gate.bound, milliseconds)} late, 99 times in 100.`
    case 'parity': return [
      gate.verify ? 'The last cutover verify was run to its end' : '',
      `${gate.differences === 0 ? 'no difference is' : `at most ${gate.differences} differences are`} unexplained, in it or by shadowing`,
      gate.live > 0 ? `and each stage has ${gate.live} comparisons by shadowing` : ''
    ].filter(part => part !== '').join(', ').replace(/^./, letter => letter.toUpperCase()) + '.'
    case 'sampleRatio': return 'Traffic is split as the share says; not judged for features whose users are sticky.'
    case 'custom': return 'A check of your own says "pass".'
    case 'prometheus': return `The Prometheus query ${gate.query} gives ${[gate.below === undefined ? '' : `less than ${gate.below}`, gate.above === undefined ? '' : `more than ${gate.above}`].filter(part => part !== '').join(' and ')}.`
  }
}

/** A gate with its name: `errorRate: …`. */
export function gateLine (gate: GateSettings): string {
  return `${gate.name}: ${gateWords(gate)}`
}

function bounded ({ below, relativeToLegacy }: BoundSettings, format: (value: number) => string): string {
  return [
    below === undefined ? '' : `at most ${format(below)}`,
    relativeToLegacy === undefined ? '' : `at most ${relativeToLegacy} times what legacy shows at the same time`
  ].filter(part => part !== '').join(' and ')
}

const percent = (part: number): string => `${Number((part * 100).toFixed(4))}%`
const milliseconds = (value: number): string => formatDuration(value)
const bytes = (value: number): string => formatSize(value)

function ordinal (quantile: number): string {
  return quantile === 0.5 ? 'Half' : `${Number((quantile * 100).toFixed(2))} in 100`
}
