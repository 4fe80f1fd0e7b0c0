/**
 * Splits a command line into a program and its arguments as a POSIX shell would, with quotes and backslashes (which
 * on Windows only separate folders), but never runs a shell: what only a shell could do is refused, not passed on.
 * @returns the words, or why it cannot be split
 */
export function splitCommand (line: string, windows = process.platform === 'win32'): readonly string[] | { readonly problem: string } {
  const words: string[] = []
  let word: string | undefined
  let quote: '"' | "'" | undefined
  for (let at = 0; at < line.length; at++) {
    const character = line[at]!
    const next = line[at + 1]
    if (quote !== undefined && character === quote) {
      quote = undefined
    } else if (quote === "'") {
      word += character
    } else if (character === '\\' && !windows && (quote === undefined || next === '"' || next === '\\' || next === '$' || next === '`')) {
      if (next === undefined) return { problem: 'it ends with a backslash' }
      word = (word ?? '') + next
      at++
    } else if (character === '$' || character === '`') {
      return { problem: `"${character}" needs a shell, and none runs it; set variables with \`env\`, or put it in single quotes` }
    } else if (quote === '"') {
      word += character
    } else if (character === '"' || character === "'") {
      quote = character
      word ??= ''
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else if ('|&;<>'.includes(character)) {
      return { problem: `"${character}" needs a shell, and none runs it; put it in quotes, or the whole into a script` }
    } else {
      word = (word ?? '') + character
    }
  }
  if (quote !== undefined) return { problem: `a ${quote} is not closed` }
  if (word !== undefined) words.push(word)
  const [program] = words
  if (program === undefined || program === '') return { problem: 'it names no program' }
  if (/^[A-Za-z_]\w*=/.test(program)) return { problem: `"${program}" sets a variable; do that with \`env\`` }
  return words
}
