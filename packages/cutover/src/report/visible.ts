/**
 * A text from elsewhere as it may stand on a terminal: controls and what turns the direction of writing become visible
 * escapes, so that nothing can move the cursor, change colours or hide.
 */
export function visible (text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029\p{Cs}]/gu, character => character === '\n'
    ? '\\n'
    : character === '\t' ? '\\t' : `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`)
}

/** The same for texts of several lines, whose line ends stay. */
export function visibleLines (text: string): string[] {
  return text.split(/\r?\n/).map(visible)
}

/** Cuts a line into pieces of at most this many characters, at a space where there is one. */
export function wrap (text: string, width: number): string[] {
  const lines: string[] = []
  let rest = text
  while (rest.length > width) {
    const space = rest.lastIndexOf(' ', width)
    const at = space > width / 2 ? space : cutBefore(rest, width)
    lines.push(rest.slice(0, at))
    rest = rest.slice(space > width / 2 ? at + 1 : at)
  }
  lines.push(rest)
  return lines
}

/** Never in the middle of a surrogate pair. */
function cutBefore (text: string, at: number): number {
  const last = text.charCodeAt(at - 1)
  return last >= 0xd800 && last < 0xdc00 ? at - 1 : at
}

/** At most this many characters, with an ellipsis where some are left out. */
export function cut (text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(cutBefore(text, Math.max(width - 1, 1)), 0))}…`
}

/** `1 request`, `2 requests`. */
export function counted (count: number, one: string, many: string = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** Milliseconds for people. */
export function duration (ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  const seconds = ms / 1000
  return seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.floor(Math.round(seconds) / 60)} min ${Math.round(seconds) % 60} s`
}
