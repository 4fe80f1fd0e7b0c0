import type { Answer, Conversation } from './raw.ts'

const httpDate = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT$/

/**
 * A conversation as text, whole: status lines, header names with case, values, order, bodies.
 * Only moments in time and the frames of a stack are replaced, by their form.
 */
export function transcript (conversation: Conversation): string {
  return [...conversation.answers.map(describe), `(${conversation.end})`].join('\n')
}

function describe (answer: Answer): string {
  const stack = /<br> &nbsp; &nbsp;at /.test(answer.body)
  const body = stack ? answer.body.replace(/(<br> &nbsp; &nbsp;at [^\n]*?)(?=<\/pre>)/, '<br>(stack)') : answer.body
  const headers = answer.headers.map(([name, value]) => {
    if (/^date$/i.test(name) && httpDate.test(value)) return `${name}: (date)`
    if (/^set-cookie$/i.test(name)) return `${name}: ${value.replace(/Expires=([^;]+)/, (all, date: string) => httpDate.test(date) && Date.parse(date) > Date.now() - 1e9 ? 'Expires=(date)' : all)}`
    if (stack && /^content-length$/i.test(name)) return `${name}: (length)`
    return `${name}: ${value}`
  })
  return [answer.status, ...headers, '', body].join('\n')
}

/** The first line in which two transcripts differ, for a message; undefined when they are the same. */
export function firstDifference (ours: string, theirs: string): string | undefined {
  if (ours === theirs) return undefined
  const mine = ours.split('\n')
  const other = theirs.split('\n')
  const at = mine.findIndex((line, i) => line !== other[i])
  const index = at === -1 ? mine.length : at
  return `line ${index + 1}: Express ${JSON.stringify(other[index])}, Fastify ${JSON.stringify(mine[index])}`
}
