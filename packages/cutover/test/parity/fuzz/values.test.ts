import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Ajv } from 'ajv'
import fc from 'fast-check'
import { Normalizer } from '../../../src/parity/fuzz/openapi/normalize.ts'
import { References } from '../../../src/parity/fuzz/openapi/references.ts'
import { Random } from '../../../src/parity/fuzz/random.ts'
import { boundaryValues } from '../../../src/parity/fuzz/values/boundary.ts'
import { invalidValues, rawBodies } from '../../../src/parity/fuzz/values/invalid.ts'
import { compiled, textMatching } from '../../../src/parity/fuzz/values/pattern.ts'
import { validValue } from '../../../src/parity/fuzz/values/valid.ts'

const ajv = new Ajv({ strict: false, validateFormats: false })
const normal = (raw: object) => new Normalizer(new References({}, 'test'), 'test').schema(raw)

const schemas: readonly object[] = [
  { type: 'integer', minimum: 1900, maximum: 2100 },
  { type: 'integer', exclusiveMinimum: 0, maximum: 3 },
  { type: 'number', minimum: 0.5, maximum: 2.5 },
  { type: 'string', minLength: 3, maxLength: 5 },
  { type: 'string', minLength: 17, maxLength: 17, pattern: '^[A-HJ-NPR-Za-hj-npr-z0-9]+$' },
  { type: 'string', minLength: 1, maxLength: 254, pattern: '^[^\\s@\\p{Cc}]+@[^\\s@\\p{Cc}]+$' },
  { type: 'string', pattern: '^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-4[0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}$' },
  { type: ['string', 'null'], enum: ['a', 'b', null] },
  { type: 'array', items: { type: 'integer', minimum: 0 }, minItems: 1, maxItems: 3 },
  { type: 'object', required: ['vin'], additionalProperties: false, properties: { vin: { type: 'string' }, year: { type: ['integer', 'null'], maximum: 9 }, tags: { type: 'array', items: { type: 'string' } } } },
  { type: 'object', minProperties: 1, properties: { a: { type: 'boolean' }, b: { const: 7 } }, additionalProperties: false }
]

test('makes valid values that a validator takes', () => {
  for (const raw of schemas) {
    const validate = ajv.compile(raw)
    const random = new Random(3)
    for (let index = 0; index < 100; index++) {
      const value = validValue(normal(raw), random)
      assert.ok(validate(value), `${JSON.stringify(value)} for ${JSON.stringify(raw)}`)
    }
  }
})

test('says of each value at a bound whether it fits, as a validator does', () => {
  for (const raw of schemas) {
    const validate = ajv.compile(raw)
    for (const { value, label, fits } of boundaryValues(normal(raw), new Random(1))) assert.equal(validate(value), fits, `${label}: ${JSON.stringify(value)} for ${JSON.stringify(raw)}`)
    for (const { value, label } of invalidValues(normal(raw))) assert.equal(validate(value), false, `${label}: ${JSON.stringify(value)} for ${JSON.stringify(raw)}`)
  }
})

test('tries a bound from both sides, and its own', () => {
  const tried = boundaryValues(normal(schemas[0]!), new Random(1)).map(each => each.value)
  for (const value of [1899, 1900, 1901, 2099, 2100, 2101]) assert.ok(tried.includes(value))
  const lengths = boundaryValues(normal(schemas[3]!), new Random(1)).map(each => [...each.value as string].length)
  for (const length of [0, 2, 3, 4, 5, 6, 2000]) assert.ok(lengths.includes(length), String(length))
})

test('makes the same for the same seed', () => {
  const made = (seed: number) => {
    const random = new Random(seed)
    return JSON.stringify(schemas.map(raw => [validValue(normal(raw), random), boundaryValues(normal(raw), random)]))
  }
  fc.assert(fc.property(fc.integer(), seed => assert.equal(made(seed), made(seed))), { numRuns: 20 })
  assert.notEqual(made(1), made(2))
})

test('draws whole numbers evenly within bounds', () => {
  const random = new Random(5)
  const counts = [0, 0, 0, 0]
  for (let index = 0; index < 4000; index++) counts[random.integer(0, 3)]!++
  for (const count of counts) assert.ok(count > 850 && count < 1150, counts.join())
})

test('writes texts that a pattern matches', () => {
  for (const pattern of ['^a+b*c?$', '^(?:x|yz){2,4}$', '[\\d\\-]{3}', '^\\P{Cc}+$', '^(?<year>\\d{4})-\\d\\d$', '^[^a-z]{5}$', '^\\u{1F697}$', 'plain', '^\\/\\.\\[\\]$']) {
    for (let seed = 0; seed < 20; seed++) {
      const text = textMatching(pattern, new Random(seed))
      assert.ok(text !== undefined && compiled(pattern)!.test(text), `${JSON.stringify(text)} for ${pattern}`)
    }
  }
})

test('gives up on a pattern that asks for more, or for nothing, and ends', () => {
  for (const pattern of ['^(?=a)b$', '(a)\\1', '[', '^[^\\s\\S]$', '(((((a{500}){500}){500}){500}){500})']) {
    const text = textMatching(pattern, new Random(1), { min: 0, max: 100 })
    assert.ok(text === undefined || compiled(pattern)!.test(text))
  }
})

test('writes bodies that no JSON value stands for', () => {
  const bodies = rawBodies({ vin: 'x', year: 1 })
  const text = (label: string) => bodies.find(each => each.label === label)?.text
  assert.equal(text('vin given twice'), '{"vin":"x","year":1,"vin":"x"}')
  assert.equal(text('year past 2^53'), '{"vin":"x","year":9007199254740993}')
  assert.equal(text('prototype'), '{"__proto__":{"admin":true},"vin":"x","year":1}')
  assert.throws(() => JSON.parse(text('cut off')!))
  assert.ok(bodies.every(each => (each.text ?? each.base64!).length < 20_000))
})
