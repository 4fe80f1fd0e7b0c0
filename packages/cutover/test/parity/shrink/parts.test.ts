/* eslint-disable no-template-curly-in-string -- scenarios are written with them */
import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Step } from '../../../src/parity/scenario/scenario.ts'
import { minimizeJson } from '../../../src/parity/shrink/json.ts'
import { minimizeList } from '../../../src/parity/shrink/list.ts'
import { withoutUnused } from '../../../src/parity/shrink/references.ts'
import { shrinkScenario } from '../../../src/parity/shrink/shrink.ts'
import { sizeOf } from '../../../src/parity/shrink/size.ts'
import { minimizeNumber, minimizeText } from '../../../src/parity/shrink/text.ts'

const shrunkStep = async (step: Step, shows: (step: Step) => boolean): Promise<Step> =>
  (await shrinkScenario({ name: 'one', steps: [step] }, async ({ steps }) => shows(steps[0]!), { maxTries: 5000 })).scenario.steps[0]!

test('a list keeps exactly what is needed, in its order', async () => {
  await fc.assert(fc.asyncProperty(fc.uniqueArray(fc.integer(), { maxLength: 40 }), fc.array(fc.nat(39), { maxLength: 6 }), async (items, places) => {
    const needed = new Set(places.map(place => items[place]).filter(item => item !== undefined))
    const left = await minimizeList(items, async some => [...needed].every(item => some.includes(item)))
    assert.deepEqual(left, items.filter(item => needed.has(item)))
  }))
})

test('of a list of 1000 one element is found in few tries', async () => {
  let tries = 0
  const left = await minimizeList(Array.from({ length: 1000 }, (_, at) => at), async some => {
    tries++
    return some.includes(617)
  })
  assert.deepEqual(left, [617])
  assert.ok(tries < 50, `${tries} tries`)
})

test('JSON is reduced level by level, and what is left made plain', async () => {
  const document = { a: [1, 2, { deep: { x: 'needed', y: [true, null] } }], b: 'other', c: { d: 4711.25 }, __proto__x: 1 }
  const found = await minimizeJson(document, async value => {
    const { a, c } = value as { a?: unknown[], c?: { d?: number } }
    return (a ?? []).some(one => typeof (one as { deep?: { x?: unknown } })?.deep?.x === 'string') && Number(c?.d) > 40
  })
  assert.deepEqual(found, { a: [{ deep: { x: '' } }], c: { d: 41 } })
})

test('a member called __proto__ is a member like others', async () => {
  const document = JSON.parse('{"__proto__":{"admin":true},"name":"x"}') as unknown
  const found = await minimizeJson(document, async value => Object.hasOwn(value as object, '__proto__'))
  assert.equal(JSON.stringify(found), '{"__proto__":{}}')
})

test('texts become short, and references stay whole', async () => {
  const cases: ReadonlyArray<readonly [string, (text: string) => boolean, string]> = [
    ['hello world', () => true, ''],
    ['x'.repeat(5000), text => text.length > 100, 'x'.repeat(101)],
    ['kettle, größer', text => text.includes('ö'), 'ö'],
    ['a,b;c\nd;e\nf', text => text.includes(';'), ';'],
    ['Bearer ${token} and more', text => text.includes('${token}'), '${token}'],
    ['%C3%28abc', text => text.includes('%C3'), '%C3']
  ]
  for (const [text, shows, wanted] of cases) {
    let found = await minimizeText(text, async smaller => shows(smaller))
    if (/^a+$/.test(found) && wanted.startsWith('x')) found = found.replaceAll('a', 'x')
    assert.equal(found, wanted)
  }
})

test('numbers go towards 0 and lose their fraction', async () => {
  const cases: ReadonlyArray<readonly [number, (value: number) => boolean, number]> = [
    [99, () => true, 0],
    [4711, value => value > 100, 101],
    [-4711, value => value < -5, -6],
    [12.75, value => !Number.isInteger(value), 0.8],
    [12.75, value => value > 12, 12.8],
    [1e300, value => value > 2 ** 53, 2 ** 53 + 2]
  ]
  for (const [value, shows, wanted] of cases) assert.equal(await minimizeNumber(value, async smaller => shows(smaller)), wanted, String(value))
})

test('each part of a request is made as small as it can be', async () => {
  const cases: ReadonlyArray<readonly [Step, (step: Step) => boolean, Step]> = [
    [{ request: 'GET /items?page=2&size=500&q=%C3%28', headers: { a: 'b' } }, ({ request }) => Number(/size=(\d+)/.exec(request)?.[1]) > 0, { request: 'GET /items?size=1' }],
    [{ request: 'POST /form', form: { a: 'long', b: 'needed', c: '' } }, ({ form }) => form?.b?.includes('e') === true, { request: 'POST /form', form: { b: 'e' } }],
    [{ request: 'POST /text', text: 'one\ntwo\nthree' }, ({ text }) => text?.includes('w') === true, { request: 'POST /text', text: 'w' }],
    [{ request: 'PUT /file', base64: Buffer.from([1, 2, 0xff, 4, 5]).toString('base64') }, ({ base64 }) => Buffer.from(base64 ?? '', 'base64').includes(0xff), { request: 'PUT /file', base64: '/w==' }],
    [{ request: 'GET /x', headers: { 'x-a': ['1', '2', '3'], 'x-b': 'long value' } }, ({ headers }) => [headers?.['x-a']].flat().includes('2') && headers?.['x-b'] !== undefined, { request: 'GET /x', headers: { 'x-a': '2', 'x-b': '' } }],
    [{ request: 'GET /items/4711' }, ({ request }) => /^GET \/items\/\d+$/.test(request), { request: 'GET /items/0', endpoint: 'GET /items/4711' }],
    [{ request: 'POST /up', multipart: [{ name: 'a', value: 'x' }, { name: 'b', filename: 'long.png', type: 'image/png', base64: 'AAAA' }] }, ({ multipart }) => multipart?.some(part => part.filename !== undefined) === true, { request: 'POST /up', multipart: [{ name: 'b', filename: 'long.png', base64: '' }] }],
    [{ request: 'POST /race', times: 20 }, ({ times = 1 }) => times >= 2, { request: 'POST /race', times: 2 }]
  ]
  for (const [step, shows, wanted] of cases) assert.deepEqual(await shrunkStep(step, shows), wanted)
})

test('a capture that is captured anew later is kept where its use needs it', () => {
  const steps: Step[] = [
    { request: 'POST /a', capture: { id: '/id', other: '/other' } },
    { request: 'GET /a/${id}', capture: { id: '/parent' } },
    { request: 'GET /a/${id}' },
    { request: 'GET /b', capture: { id: '/late' } }
  ]
  assert.deepEqual(withoutUnused({ name: 'x', steps, let: { id: 'never' } }).steps.map(step => step.capture), [{ id: '/id' }, { id: '/parent' }, undefined, undefined])
})

test('the size counts steps, parts and characters', () => {
  assert.equal(sizeOf({ name: 'x', steps: [{ request: 'GET /' }] }), 11)
  assert.equal(sizeOf({ name: 'other', about: 'long', steps: [{ request: 'GET /${identifier}?page=12', endpoint: 'GET /{id}' }] }), 10 + 2 + 7)
  assert.equal(sizeOf({ name: 'x', steps: [{ request: 'POST /', headers: { a: ['b', 'c'] }, json: { n: 12, s: 'abc', l: [true] }, times: 2, capture: { id: '/id' } }] }), 11 + 12 + 5 + 7 + 8 + 5 + 6 + 7 + 5)
  assert.equal(sizeOf({ name: 'x', let: { long: { repeat: 'ab', times: 50 } }, steps: [{ request: 'POST /', text: '${long}' }] }), 5 + 100 + 12)
})
