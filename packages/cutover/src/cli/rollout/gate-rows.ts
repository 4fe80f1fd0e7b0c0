import type { GateResult } from '../../config/control.ts'
import { countText, latencyText } from '../figures.ts'
import type { Colors } from '../surroundings.ts'
import { alignedRows, shortened, widthOf } from '../text-table.ts'

const marks = { pass: '✔', fail: '✖', 'no data': '◌' } as const

function tintOf (verdict: GateResult['verdict'], colors: Colors): (text: string) => string {
  return { pass: colors.green, fail: colors.red, 'no data': colors.yellow }[verdict]
}

/** What a gate said, as one sign. */
export function verdictMark (verdict: GateResult['verdict'], colors: Colors): string {
  return tintOf(verdict, colors)(marks[verdict])
}

/** Every gate as a line: its verdict, what was seen, the bound, how far the value may reach, samples, and why it does not pass. */
export function gateRows (gates: readonly GateResult[], columns: number, colors: Colors): readonly string[] {
  const cells = gates.map(({ gate, verdict, value, bound, upper, unit, samples }) => [
    verdictMark(verdict, colors),
    verdict === 'fail' ? colors.red(gate) : gate,
    verdict === 'no data' ? colors.dim('no data') : tintOf(verdict, colors)(verdict),
    valueText(value, unit),
    bound === undefined ? '' : colors.dim(`of ${valueText(bound, unit)}`),
    upper === undefined ? '' : colors.dim(`at most ${valueText(upper, unit)}`),
    countText(samples)
  ])
  const titles = ['', 'gate', 'verdict', 'value', 'bound', 'upper', 'samples'].map(title => colors.dim(title))
  const lines = alignedRows([titles, ...cells], ['left', 'left', 'left', 'right', 'left', 'left', 'right'])
  return lines.flatMap((line, place) => {
    const { verdict, reason } = gates[place - 1] ?? { verdict: 'pass', reason: '' }
    if (verdict === 'pass' || reason === '') return [line]
    const room = columns - widthOf(line) - 2
    // Beside it where there is room for something to read, else below.
    return room >= Math.min(reason.length, 28) ? [`${line}  ${tintOf(verdict, colors)(shortened(reason, room))}`] : [line, `     ${tintOf(verdict, colors)(shortened(reason, columns - 5))}`]
  })
}

/** A value in the unit of its gate: `0.04%`, `12.3ms`, `148MB`, `80%` of a core. */
export function valueText (value: number | undefined, unit: GateResult['unit']): string {
  if (value === undefined || !Number.isFinite(value)) return '–'
  switch (unit) {
    case 'part': return `${Number((value * 100).toPrecision(2))}%`
    case 'ms': return latencyText(value)
    case 'bytes': return value >= 1e9 ? `${(value / 1e9).toFixed(2)}GB` : `${(value / 1e6).toFixed(1)}MB`
    case 'cores': return `${Math.round(value * 100)}%`
    case 'count': return countText(value)
    default: return String(Number(value.toPrecision(4)))
  }
}
