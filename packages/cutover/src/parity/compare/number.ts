const form = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/

/**
 * A JSON number in one spelling for each value, exact at any size: digits without zeros at either end and a
 * power of ten. `1.0`, `1` and `10e-1` give the same; so do `0` and `-0`.
 */
export function canonicalNumber (text: string): string {
  const match = form.exec(text)
  if (match === null || (match[4]?.length ?? 0) > 12) return text
  const fraction = match[3] ?? ''
  const digits = `${match[2]}${fraction}`.replace(/^0+/, '')
  const trimmed = withoutTrailingZeros(digits)
  if (trimmed === '') return '0'
  return `${match[1]}${trimmed}e${Number(match[4] ?? 0) - fraction.length + digits.length - trimmed.length}`
}

/** Whether two JSON numbers are no further apart than a tolerance, in double precision. */
export function isWithin (a: string, b: string, absolute: number, relative: number): boolean {
  const x = Number(a)
  const y = Number(b)
  if (!Number.isFinite(x) || !Number.isFinite(y)) return false
  const distance = Math.abs(x - y)
  const larger = Math.max(Math.abs(x), Math.abs(y))
  // 1.1 is a little more than 0.1 away from 1 in binary.
  return distance <= Math.max(absolute, relative * larger) + larger * Number.EPSILON
}

function withoutTrailingZeros (digits: string): string {
  let end = digits.length
  while (end > 0 && digits.charCodeAt(end - 1) === 0x30) end--
  return digits.slice(0, end)
}
