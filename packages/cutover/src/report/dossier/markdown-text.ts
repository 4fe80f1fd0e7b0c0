import { visible, visibleLines } from '../visible.ts'

/** Text from elsewhere as it may stand in Markdown: nothing in it is markup, HTML, or the end of a table's cell. */
export function plain (text: string): string {
  return visible(text.replace(/\s+/g, ' ')).replace(/[\\`*_{}[\]<>|~#!&]/g, character => `\\${character}`).replaceAll('://', ':\\//')
}

/** A code span around any text, which may stand in a table. */
export function code (text: string): string {
  return `\`${visible(text.replace(/\s+/g, ' ')).replaceAll('|', '\\|').replaceAll('`', '\\u0060')}\``
}

/** Lines as a block of code. */
export function codeBlock (text: string): string {
  return visibleLines(text).map(line => `    ${line}`).join('\n')
}

/** A table of Markdown; cells are Markdown already. */
export function markdownTable (columns: readonly string[], rows: ReadonlyArray<ReadonlyArray<string | number | undefined>>): string {
  return [columns, columns.map(() => '---'), ...rows].map(row => `| ${columns.map((_, place) => row[place] ?? '').join(' | ')} |`).join('\n')
}
