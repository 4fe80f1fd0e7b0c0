import type { BenchResult } from '../../bench/result.ts'
import type { MatrixCell, MatrixRow } from '../../bench/verdict.ts'
import type { Colors } from '../surroundings.ts'
import { padEnd, shortened } from '../text-table.ts'
import { wrapped } from './wrapped.ts'

const questionRoom = 22

/** The decision matrix: a row a question, a column a backend; what is best stands out, where that is shown. */
export function matrixView ({ backends, baseline }: BenchResult, rows: readonly MatrixRow[], width: number, colors: Colors): string[] {
  if (rows.length === 0) return []
  const names = backends.map(({ name }) => name)
  const room = Math.min(34, Math.floor((width - questionRoom - 2) / names.length) - 2)
  const line = (first: string, cells: readonly string[]): string => `  ${padEnd(first, questionRoom)}${cells.map(cell => padEnd(cell, room + 2)).join('')}`.trimEnd()
  const lines = [
    line(colors.bold('Decision matrix'), names.map(name => colors.bold(shortened(name, room)))),
    ...backends.some(({ framework }) => framework !== undefined) ? [line('', backends.map(({ framework }) => colors.dim(shortened(framework ?? '–', room))))] : []
  ]
  for (const { question, measured, cells } of rows) {
    if (measured === undefined) {
      lines.push(...facts(question, names.map(name => cells[name]?.text ?? ''), room, line))
      continue
    }
    const values = names.flatMap(name => cells[name]?.value ?? [])
    const best = measured.better === 'more' ? Math.max(...values) : Math.min(...values)
    const isBest = (name: string): boolean => cells[name]?.value === best
    const others = names.filter(name => name !== baseline && cells[name]?.value !== null)
    // What is best by chance does not stand out.
    const stands = isBest(baseline) ? others.length > 0 && others.every(name => cells[name]?.shown) : others.some(name => isBest(name) && cells[name]?.shown)
    lines.push(line(question, names.map(name => {
      const cell = cells[name] ?? {}
      const text = cellText(cell, measured.unit, name === baseline)
      return cell.value === best && stands ? colors.green(text) : text
    })))
  }
  return lines
}

function facts (question: string, texts: readonly string[], room: number, line: (first: string, cells: readonly string[]) => string): string[] {
  const first = wrapped(question, questionRoom - 2)
  const columns = texts.map(text => wrapped(text, room).map(piece => shortened(piece, room)))
  const height = Math.max(first.length, ...columns.map(column => column.length))
  return Array.from({ length: height }, (_, row) => line(first[row] ?? '', columns.map(column => column[row] ?? '')))
}

function cellText ({ value, ratio }: MatrixCell, unit: 'ratio' | 'bytes' | 'ms', isBaseline: boolean): string {
  if (value === undefined || value === null) return '–'
  if (unit === 'ratio') return `${value.toFixed(2)}×`
  const own = unit === 'bytes' ? `${(value / 1e6).toFixed(value < 1e7 ? 1 : 0)} MB` : `${Math.round(value)} ms`
  return isBaseline || ratio === null || ratio === undefined ? own : `${own}  ${ratio.toFixed(2)}×`
}
