import { stripVTControlCharacters } from 'node:util'

/** How many columns a text takes, colours aside. */
export function widthOf (text: string): number {
  return stripVTControlCharacters(text).length
}

export function padEnd (text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}

export function padStart (text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - widthOf(text))) + text
}

/** Cuts a text without colours to a width, with an ellipsis. */
export function shortened (text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`
}

export type Alignment = 'left' | 'right'

/**
 * Lines up cells in columns that are as wide as their widest cell.
 * @param gap what stands between two columns
 */
export function alignedRows (rows: ReadonlyArray<readonly string[]>, alignment: readonly Alignment[], gap = '  '): readonly string[] {
  const widths = alignment.map((_, column) => Math.max(0, ...rows.map(row => widthOf(row[column] ?? ''))))
  return rows.map(row => alignment.map((side, column) => (side === 'left' ? padEnd : padStart)(row[column] ?? '', widths[column]!)).join(gap).trimEnd())
}
