import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { compareResponses } from '../../../src/parity/compare/compare.ts'
import { escapeKey } from '../../../src/parity/compare/pointer.ts'
import { answer, differences, jsonDifferences } from './answers.ts'

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

const documents = fc.jsonValue({ maxDepth: 5 }).map(value => value as Json)

/** Every place of a document, containers included. */
function placesOf (value: Json, path: ReadonlyArray<string | number> = []): Array<{ path: ReadonlyArray<string | number>, value: Json }> {
  const inner = Array.isArray(value)
    ? value.flatMap((each, index) => placesOf(each, [...path, index]))
    : typeof value === 'object' && value !== null ? Object.keys(value).flatMap(key => placesOf(value[key]!, [...path, key])) : []
  return [{ path, value }, ...inner]
}

function pointerOf (path: ReadonlyArray<string | number>): string {
  return ['/body', ...path.map(segment => escapeKey(String(segment)))].join('/')
}

/** A copy with another value, or none, at a place. */
function planted (document: Json, path: ReadonlyArray<string | number>, change: (value: Json) => Json | undefined): Json {
  const [first, ...rest] = path
  if (first === undefined) return change(document)!
  if (Array.isArray(document)) {
    return document.flatMap((each, index) => {
      if (index !== first) return [each]
      const changed = rest.length === 0 ? change(each) : planted(each, rest, change)
      return changed === undefined ? [] : [changed]
    })
  }
  return Object.fromEntries(Object.entries(document as Record<string, Json>).flatMap(([key, each]) => {
    if (key !== first) return [[key, each]]
    const changed = rest.length === 0 ? change(each) : planted(each, rest, change)
    return changed === undefined ? [] : [[key, changed]]
  }))
}

const mark = 'planted here and nowhere else'

/** A value of the same type that is nowhere in the document. */
function another (value: Json): Json {
  if (typeof value === 'string') return value + mark
  if (typeof value === 'number') return Math.abs(value) < 1e15 ? value + 0.5 : value / 3
  return !value
}

describe('compare', () => {
  it('finds nothing between a document and itself in another spelling', () => {
    fc.assert(fc.property(documents, document => {
      assert.deepEqual(jsonDifferences(JSON.stringify(document), JSON.stringify(document, null, 2)), [])
    }))
  })

  it('finds a planted value exactly where it is, as what it is', () => {
    fc.assert(fc.property(documents, fc.nat(), fc.boolean(), (document, pick, changeType) => {
      const scalars = placesOf(document).filter(({ value }) => typeof value !== 'object')
      fc.pre(scalars.length > 0)
      const { path, value } = scalars[pick % scalars.length]!
      const mutant = planted(document, path, old => changeType ? { [mark]: 1 } : another(old))
      fc.pre(JSON.stringify(mutant) !== JSON.stringify(document))
      const expected = changeType ? 'type' : 'value'
      assert.deepEqual(jsonDifferences(JSON.stringify(document), JSON.stringify(mutant)), [`${expected} ${pointerOf(path)}`], JSON.stringify(value))
    }), { numRuns: 1000 })
  })

  it('finds a removed member exactly where it was, and an added one where it is', () => {
    fc.assert(fc.property(documents, fc.nat(), (document, pick) => {
      const members = placesOf(document).filter(({ path }) => typeof path.at(-1) === 'string')
      fc.pre(members.length > 0)
      const { path } = members[pick % members.length]!
      const [whole, without] = [JSON.stringify(document), JSON.stringify(planted(document, path, () => undefined))]
      assert.deepEqual(jsonDifferences(whole, without), [`missing ${pointerOf(path)}`])
      assert.deepEqual(jsonDifferences(without, whole), [`extra ${pointerOf(path)}`])
    }), { numRuns: 1000 })
  })

  it('finds an element inserted anywhere exactly there', () => {
    fc.assert(fc.property(fc.array(documents, { maxLength: 30 }), fc.nat(), (list, pick) => {
      const at = pick % (list.length + 1)
      const longer = [...list.slice(0, at), mark, ...list.slice(at)]
      assert.deepEqual(jsonDifferences(JSON.stringify(list), JSON.stringify(longer)), [`extra /body/${at}`])
      assert.deepEqual(jsonDifferences(JSON.stringify(longer), JSON.stringify(list)), [`missing /body/${at}`])
    }))
  })

  it('calls the same elements in another order an order, once', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.integer(), { minLength: 2, maxLength: 40 }), fc.nat(), (list, shift) => {
      const by = 1 + shift % (list.length - 1)
      const turned = [...list.slice(by), ...list.slice(0, by)]
      assert.deepEqual(jsonDifferences(JSON.stringify(list), JSON.stringify(turned)), ['order /body'])
    }))
  })

  it('is symmetric up to missing and extra', () => {
    fc.assert(fc.property(documents, documents, (one, other) => {
      const swap: Record<string, string> = { missing: 'extra', extra: 'missing' }
      const counts = (a: Json, b: Json) => compareResponses(answer(JSON.stringify(a)), answer(JSON.stringify(b))).counts
      const there = Object.entries(counts(one, other)).map(([kind, count]) => `${swap[kind] ?? kind} ${count}`).sort()
      const back = Object.entries(counts(other, one)).map(([kind, count]) => `${kind} ${count}`).sort()
      assert.deepEqual(there, back)
    }))
  })

  it('finds a difference exactly where JSON.parse gives different values', () => {
    const near = documents.chain(document => fc.tuple(fc.constant(document), fc.nat(), documents).map(([whole, pick, put]) => {
      const places = placesOf(whole)
      return [whole, planted(whole, places[pick % places.length]!.path, () => put)] as const
    }))
    fc.assert(fc.property(near, ([one, other]) => {
      const texts = [JSON.stringify(one), JSON.stringify(other)] as const
      const same = isDeepStrictEqual(JSON.parse(texts[0]), JSON.parse(texts[1]))
      assert.equal(jsonDifferences(...texts).length === 0, same, texts.join('\n'))
    }), { numRuns: 1000 })
  })

  it('finds the same without its short cuts over equal bytes', () => {
    const edited = documents.chain(document => fc.tuple(fc.constant(document), fc.array(fc.tuple(fc.nat(), documents), { maxLength: 4 }))).map(([document, edits]) =>
      [document, edits.reduce<Json>((changed, [pick, put]) => {
        const places = placesOf(changed)
        return planted(changed, places[pick % places.length]!.path, () => put)
      }, document)] as const)
    fc.assert(fc.property(edited, ([one, other]) => {
      const [compact, spaced] = [JSON.stringify(other), JSON.stringify(other, null, '\t')]
      assert.deepEqual(jsonDifferences(JSON.stringify(one), spaced), jsonDifferences(JSON.stringify(one), compact))
    }), { numRuns: 2000 })
  })

  it('takes any bytes under any type without a throw', () => {
    const types = fc.constantFrom('application/json', 'text/event-stream', 'multipart/form-data; boundary=b', 'application/x-www-form-urlencoded', 'text/plain', 'image/png', 'application/x-ndjson', '')
    const codings = fc.constantFrom('identity', 'gzip', 'br', 'deflate', 'unknown', 'gzip, gzip, gzip, gzip, gzip')
    const bodies = fc.oneof(fc.uint8Array({ maxLength: 200 }).map(bytes => Buffer.from(bytes)), fc.string({ unit: 'binary' }).map(text => Buffer.from(text)), fc.constantFrom('--b\r\n\r\n--b--', 'data: {\n\n', '--b\r\nA: b\r\n\r\nx\r\n--b').map(text => Buffer.from(text)))
    fc.assert(fc.property(bodies, bodies, types, types, codings, (a, b, type, otherType, coding) => {
      const headers = [['Content-Encoding', coding]] as const
      const found = differences(answer(a, type, { headers }), answer(b, otherType, { headers }))
      if (a.equals(b) && type === otherType) assert.deepEqual(found, [])
    }), { numRuns: 500 })
  })
})
