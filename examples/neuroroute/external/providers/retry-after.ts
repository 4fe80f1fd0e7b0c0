const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const time = '(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)'
const month = `(?<month>${months.join('|')})`
const forms = [
  new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?<day>\\d\\d) ${month} (?<year>\\d{4}) ${time} GMT$`),
  new RegExp(`^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>\\d\\d)-${month}-(?<year>\\d\\d) ${time} GMT$`),
  new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ${month} (?<day>[ \\d]\\d) ${time} (?<year>\\d{4})$`)
]
const longestSeconds = 86_400

/**
 * How long a Retry-After (RFC 9110, 10.2.3) asks to wait, at most a day; undefined when it is missing or says nothing.
 * @param now milliseconds since 1970, which a date is compared with
 * @returns milliseconds
 */
export function retryAfterMs (value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined
  const until = /^[0-9]+$/.test(value) ? now + Math.min(Number(value), longestSeconds) * 1000 : httpDate(value, now)
  return until === undefined ? undefined : Math.min(Math.max(until - now, 0), longestSeconds * 1000)
}

/** Milliseconds since 1970 of an HTTP date in any of its three forms (RFC 9110, 5.6.7). */
function httpDate (value: string, now: number): number | undefined {
  const parts = forms.map(form => form.exec(value)?.groups).find(groups => groups !== undefined)
  if (parts === undefined) return undefined
  const [day, hour, minute, second] = [parts.day, parts.hour, parts.minute, parts.second].map(Number) as [number, number, number, number]
  let year = Number(parts.year)
  if (parts.year!.length === 2) {
    const present = new Date(now).getUTCFullYear()
    year += present - present % 100
    if (year > present + 50) year -= 100
    else if (year <= present - 50) year += 100
  }
  const monthIndex = months.indexOf(parts.month!)
  // A leap second, which neither clock knows, is the one before.
  if (hour > 23 || minute > 59 || second > 60) return undefined
  const date = new Date(Date.UTC(year, monthIndex, day, hour, minute, Math.min(second, 59)))
  return date.getUTCMonth() === monthIndex && date.getUTCDate() === day ? date.getTime() : undefined
}
