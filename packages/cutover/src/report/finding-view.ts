import type { Colors } from 'picocolors/types.js'
import type { Finding } from '../parity/finding.ts'
import type { Scenario, Step } from '../parity/scenario/scenario.ts'
import { reproduction, type Origins } from '../parity/shrink/reproduction.ts'
import { counted, cut, visible, visibleLines, wrap } from './visible.ts'
import { valueView } from './value-view.ts'

/** What a finding is shown with. */
export interface FindingViewOptions {
  readonly width: number
  readonly colors: Colors
  readonly origins: Origins
  /** A file as a person would name it. */
  readonly shownFile: (file: string) => string
  /** The file of a finding's case. */
  readonly fileOf?: ((finding: Finding) => string | undefined) | undefined
}

/**
 * One finding of a report that was cleaned, for a terminal: where, what, both values, and how to see it.
 * @param asked false where the next one is of the same exchange, which is shown there
 */
export function findingView (finding: Finding, number: number, options: FindingViewOptions, asked = true): string[] {
  const { width, colors } = options
  const inner = width - INDENT.length
  const kind = `${finding.kind} ${finding.cause}`
  const head = visible(finding.endpoint)
  const gap = width - 5 - head.length - kind.length
  const lines = [`${colors.bold(`${String(number).padStart(3)}  ${colors.cyan(head)}`)}${gap >= 2 ? ' '.repeat(gap) + colors.dim(kind) : `\n${INDENT}${colors.dim(kind)}`}`]
  const { difference } = finding
  const place = difference === undefined ? finding.message : sentence(finding)
  lines.push(...indented(wrap(visible(place), inner).map(colors.bold)))
  if (difference?.note !== undefined) lines.push(...indented(wrap(visible(difference.note), inner).map(colors.dim)))
  if (difference !== undefined) lines.push(...indented(valueView(difference, inner - 2, colors).map(line => `  ${line}`)))
  lines.push(...indented(wrap(metWhere(finding, options), inner).map(colors.dim)))
  if (finding.shrunk !== undefined) lines.push('', ...indented(scenarioView(finding.shrunk, inner, colors, finding.file && options.shownFile(finding.file))))
  const curl = asked ? reproduction(finding, options.origins) : undefined
  if (curl !== undefined) {
    const after = curl.after === 0 ? '' : colors.dim(` (after ${curl.after === 1 ? 'the step' : `the ${curl.after} steps`} before it)`)
    lines.push('', ...indented([`ask legacy${after}`, ...visibleLines(curl.legacy).map(line => `  ${line}`), `ask the candidate${after}`, ...visibleLines(curl.candidate).map(line => `  ${line}`)]))
  }
  return lines
}

const INDENT = '     '

function indented (lines: readonly string[]): string[] {
  return lines.map(line => INDENT + line)
}

/** What differs, at its real place where the message has only its pattern. */
function sentence ({ message, difference }: Finding): string {
  const { pointer, pattern, candidatePointer } = difference!
  const at = message.includes(pattern) ? message.replace(pattern, () => pointer) : `${pointer}: ${message}`
  return candidatePointer === undefined ? at : `${at} (the candidate's is ${candidatePointer})`
}

/** One finding on one line. */
export function findingLine (finding: Finding, number: number, { width, colors }: Pick<FindingViewOptions, 'width' | 'colors'>): string {
  const text = cut(`${visible(finding.endpoint)}  ${visible(finding.difference === undefined ? finding.message : sentence(finding))}`, width - 5)
  const head = visible(finding.endpoint)
  return `${colors.bold(String(number).padStart(3))}  ${text.startsWith(head) ? colors.cyan(head) + text.slice(head.length) : text}`
}

function metWhere (finding: Finding, { fileOf, shownFile }: FindingViewOptions): string {
  const { occurrences, case: name, step, confirmed } = finding
  const file = fileOf?.(finding)
  const where = `first in "${visible(name)}"${step === undefined ? '' : `, step ${step}`}${file === undefined ? '' : ` of ${visible(shownFile(file))}`}`
  return `${counted(occurrences, 'time')}, ${where}${confirmed ? '' : '; did not show again: a race, perhaps'}`
}

/** Of a step that is longer the rest is in its file. */
const STEP_LINES = 6

/** The steps of a shrunk scenario. */
function scenarioView (scenario: Scenario, width: number, colors: Colors, file: string | undefined): string[] {
  const title = `smallest case: ${counted(scenario.steps.length, 'step')}`
  const given = scenario.given?.database === 'down' ? ['  with the database down'] : []
  const lets = Object.entries(scenario.let ?? {}).map(([name, value]) => `  \${${name}} is ${typeof value === 'string' ? JSON.stringify(value) : 'from' in value ? `that of the scenario ${JSON.stringify(value.from)} at ${value.at}` : `${JSON.stringify(value.repeat)} ${counted(value.times, 'time')}`}`)
  return [
    file === undefined ? title : `${title}, kept in ${colors.underline(visible(file))}`,
    ...[...given, ...lets].map(line => cut(visible(line), width)),
    ...scenario.steps.flatMap((step, at) => wrap(stepView(step), width - 5).slice(0, STEP_LINES).map((line, piece) => `${piece === 0 ? `${String(at + 1).padStart(3)}.` : '    '} ${line}`))
  ]
}

function stepView (step: Step): string {
  const { request, headers = {}, json, form, text, base64, multipart, times, derive = {}, capture = {} } = step
  const parts = [request]
  for (const [name, value] of Object.entries(headers)) for (const one of [value].flat()) parts.push(`${name}: ${one}`)
  if (json !== undefined) parts.push(JSON.stringify(json))
  if (form !== undefined) parts.push(`form ${JSON.stringify(form)}`)
  if (text !== undefined) parts.push(`text ${JSON.stringify(text)}`)
  if (base64 !== undefined) parts.push(`base64 ${base64}`)
  if (multipart !== undefined) parts.push(`multipart ${multipart.map(part => part.filename ?? part.name).join(', ')}`)
  if (times !== undefined && times !== 1) parts.push(`${times} at once`)
  for (const [name, value] of Object.entries(derive)) parts.push(`\${${name}} by ${typeof value === 'string' ? value : value.by}`)
  const kept = Object.keys(capture)
  return visible(parts.join('  ')) + (kept.length === 0 ? '' : ` → ${kept.map(name => `\${${visible(name)}}`).join(', ')}`)
}
