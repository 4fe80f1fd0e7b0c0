import { minimizeList, type Shows } from './list.ts'

/** Texts of more atoms than this are only cut from their end, and line by line. */
const FINE = 64

/** Where to stop cutting by halves. */
const SHORT = 4

/**
 * The shortest, simplest text that still shows. `${name}` is taken as one character.
 * @param simplest what stands for a text at its simplest, tried in turn
 */
export async function minimizeText (text: string, shows: Shows<string>, simplest: readonly string[] = ['', 'a', '0']): Promise<string> {
  for (const simple of simplest) {
    if (text === simple) return text
    if (simple.length <= text.length && await shows(simple)) return simple
  }
  let kept = text
  const lines = kept.match(/[^\n]*\n|[^\n]+/g) ?? []
  if (lines.length > 1) kept = (await minimizeList(lines, some => shows(some.join('')))).join('')
  const showsAtoms = (some: readonly string[]): Promise<boolean> => shows(some.join(''))
  const begun = await shortestPrefix(atomsOf(kept), showsAtoms)
  const backwards = (atoms: readonly string[]): readonly string[] => [...atoms].reverse()
  const atoms = backwards(await shortestPrefix(backwards(begun), some => showsAtoms(backwards(some))))
  kept = atoms.join('')
  if (atoms.length > SHORT) {
    const plain = atoms.map(atom => atom.length > 2 ? atom : 'a').join('')
    if (plain !== kept && await shows(plain)) return plain
  }
  return atoms.length <= FINE ? (await minimizeList(atoms, showsAtoms)).join('') : kept
}

/** A beginning that still shows: the shortest one, where every longer one shows too. */
async function shortestPrefix<T> (items: readonly T[], shows: Shows<readonly T[]>): Promise<readonly T[]> {
  let [low, high] = [0, items.length]
  if (high <= SHORT || !await shows(items.slice(0, high - 1))) return items
  high--
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (await shows(items.slice(0, middle))) high = middle
    else low = middle
  }
  return items.slice(0, high)
}

/** References, percent-encoded bytes and characters, each as one. */
function atomsOf (text: string): string[] {
  return text.match(/\$?\$\{[\w-]+\}|%[0-9a-fA-F]{2}|[\s\S]/gu) ?? []
}

/** The number nearest to 0 that still shows, with the fewest digits after its point. */
export async function minimizeNumber (value: number, shows: Shows<number>): Promise<number> {
  for (const simple of [0, 1, -1]) {
    if (Object.is(value, simple)) return value
    if ((Math.abs(simple) <= Math.abs(value) || Object.is(value, -0)) && await shows(simple)) return simple
  }
  if (!Number.isFinite(value)) return value
  const whole = Math.trunc(value)
  if (whole !== value) {
    if (await shows(whole)) return await nearestToZero(whole, shows)
    for (const digits of [1, 2, 3]) {
      const rounded = Number((value - whole).toFixed(digits))
      for (const candidate of [rounded, Number((whole + rounded).toFixed(digits))]) {
        if (candidate === value) return value
        if (await shows(candidate)) return candidate
      }
    }
    return value
  }
  return await nearestToZero(whole, shows)
}

/** Bisects, which finds a bound where there is one. */
async function nearestToZero (value: number, shows: Shows<number>): Promise<number> {
  const next = value - Math.sign(value)
  if (next !== value && !await shows(next)) return value
  return await bisected(next, shows)
}

async function bisected (value: number, shows: Shows<number>): Promise<number> {
  let shown = value
  let not = Math.sign(value)
  while (Math.abs(shown - not) > 1) {
    const middle = Math.trunc((shown + not) / 2)
    if (middle === shown || middle === not) break
    if (await shows(middle)) shown = middle
    else not = middle
  }
  return shown
}
