import type { Colors } from 'picocolors/types.js'
import type { Difference, Shown } from '../parity/compare/difference.ts'
import { cut, visible, wrap } from './visible.ts'

/**
 * Both values of a difference, one below the other, so that equal parts stand in the same column. The part that differs
 * is coloured, or marked by `^` where there is no colour.
 * @param width characters of a line
 */
export function valueView (difference: Difference, width: number, colors: Colors): string[] {
  const legacy = told(difference.legacy)
  const candidate = told(difference.candidate)
  const room = Math.max(width - LABEL, 20)
  if (difference.legacy === undefined || difference.candidate === undefined || difference.kind === 'type') {
    return [...plain('legacy', legacy, room, difference.legacy === undefined ? colors.dim : colors.red), ...plain('candidate', candidate, room, difference.candidate === undefined ? colors.dim : colors.green)]
  }
  const [before, after] = commonEnds(legacy, candidate)
  // What is equal in front of it is left away, but for what tells where one is.
  const from = Math.max(0, Math.min(before - Math.floor(room / 3), Math.max(legacy.length, candidate.length) - room))
  const line = (label: string, text: string, color: (text: string) => string): string => {
    const end = text.length - after
    const window = (from > 0 ? '…' : '') + text.slice(from + (from > 0 ? 1 : 0))
    const shown = cut(window, room)
    const [left, right] = [before - from, end - from]
    return `${label.padEnd(LABEL)}${shown.slice(0, left)}${color(shown.slice(left, right))}${shown.slice(right)}`
  }
  const view = [line('legacy', legacy, colors.red), line('candidate', candidate, colors.green)]
  if (!colors.isColorSupported && legacy !== candidate) {
    const marks = Math.min(Math.max(legacy.length, candidate.length) - after, from + room) - before
    if (before > 0 || after > 0) view.push(' '.repeat(LABEL + before - from) + '^'.repeat(Math.max(marks, 1)))
  }
  return view
}

const LABEL = 11

function plain (label: string, text: string, room: number, color: (text: string) => string): string[] {
  return wrap(text, room).map((piece, at) => `${(at === 0 ? label : '').padEnd(LABEL)}${color(piece)}`)
}

function told (shown: Shown | undefined): string {
  if (shown === undefined) return '(nothing)'
  const text = visible(shown.text)
  const extent = shown.length > shown.text.length ? ` (${shown.length} bytes)` : ''
  return text === '' ? `(empty ${shown.type})` : text + extent
}

/** How many characters both have in common at their beginning and, beyond that, at their end. */
function commonEnds (a: string, b: string): [before: number, after: number] {
  const shorter = Math.min(a.length, b.length)
  let before = 0
  while (before < shorter && a[before] === b[before]) before++
  let after = 0
  while (after < shorter - before && a[a.length - 1 - after] === b[b.length - 1 - after]) after++
  return [before - inWord(a.slice(Math.max(0, before - WORD), before), /[\p{L}\p{N}]+$/u), after - inWord(a.slice(a.length - after, a.length - after + WORD), /^[\p{L}\p{N}]+/u)]
}

/** The longest word that is shown as another one as a whole, and not by the letters that differ in it. */
const WORD = 12

function inWord (text: string, edge: RegExp): number {
  const { length } = edge.exec(text)?.[0] ?? ''
  return length === WORD ? 0 : length
}
