import type { Findings } from './findings.ts'
import { compareJson, looksLikeJson } from './json-body.ts'
import { compareLists, compareText } from './parts.ts'
import { place, type Place } from './place.ts'
import { plain } from './value.ts'

/** An event of a stream (HTML, 9.2). */
interface ServerEvent {
  event?: string
  data?: string
  id?: string
  retry?: string
}

/**
 * Compares two event streams event by event: type, id, retry, and data, as JSON where both are. Comments
 * do not count: they are there to keep a connection alive.
 */
export function compareEvents (legacy: Buffer, candidate: Buffer, at: Place, findings: Findings): void {
  compareLists(eventsOf(legacy), eventsOf(candidate), at, findings, event => JSON.stringify(event), (a, b, here) => {
    for (const field of ['event', 'id', 'retry', 'data'] as const) {
      const one = a[field]
      const other = b[field]
      if (one === other) continue
      const there = place(here, field)
      if (one === undefined || other === undefined) {
        findings.add(other === undefined ? 'missing' : 'extra', there, one === undefined ? undefined : plain(one), other === undefined ? undefined : plain(other))
      } else if (field === 'data') compareData(Buffer.from(one), Buffer.from(other), there, findings)
      else compareText(one, other, there, findings)
    }
  })
}

function compareData (a: Buffer, b: Buffer, at: Place, findings: Findings): void {
  if (looksLikeJson(a) && looksLikeJson(b)) compareJson(a, b, at, findings)
  else compareText(a.toString(), b.toString(), at, findings)
}

function eventsOf (body: Buffer): ServerEvent[] {
  const events: ServerEvent[] = []
  let event: ServerEvent = {}
  const lines = body.toString('utf8').replace(/^\ufeff/, '').split(/\r\n|\n|\r/)
  for (const line of lines) {
    if (line === '') {
      if (Object.keys(event).length > 0) events.push(event)
      event = {}
      continue
    }
    const colon = line.indexOf(':')
    if (colon === 0) continue
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (field === 'data') event.data = event.data === undefined ? value : `${event.data}\n${value}`
    else if (field === 'event' || field === 'id' || field === 'retry') event[field] = value
  }
  // A stream that was cut short ends in an event without its empty line.
  if (Object.keys(event).length > 0) events.push(event)
  return events
}
