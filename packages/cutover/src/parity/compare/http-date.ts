const fixdate = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} GMT$/
const cookieDate = /^(?:[A-Za-z]{3,9}, )?\d{1,2}[ -][A-Za-z]{3}[ -]\d{2,4} \d{2}:\d{2}:\d{2}(?: GMT| UTC)?$/
const asctime = /^[A-Za-z]{3} [A-Za-z]{3} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/

/** A date of a header. */
export interface HttpDate {
  /** `fixdate` is the form to send; the others are old (RFC 9110, 5.6.7). */
  readonly form: 'fixdate' | 'other'
  /** Milliseconds since 1970. */
  readonly time: number
}

/** Reads a date in one of the forms of HTTP. */
export function httpDate (text: string): HttpDate | undefined {
  const form = fixdate.test(text) ? 'fixdate' : cookieDate.test(text) || asctime.test(text) ? 'other' : undefined
  if (form === undefined) return undefined
  // Without a zone, JavaScript would take asctime's form as local time.
  const time = Date.parse(/GMT|UTC/.test(text) ? text.replaceAll('-', ' ') : `${text.replaceAll('-', ' ')} GMT`)
  return Number.isNaN(time) ? undefined : { form, time }
}
