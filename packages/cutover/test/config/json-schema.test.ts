import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Ajv } from 'ajv'
import { publishedSchema } from '../../src/config/json-schema.ts'

const minimal = { legacy: { origin: 'http://127.0.0.1:1' }, candidate: { origin: 'http://127.0.0.1:2' }, features: { a: { routes: ['/a'] } } }

test('schema.json is what the schema says now', () => {
  const file = JSON.parse(readFileSync(new URL('../../schema.json', import.meta.url), 'utf8'))
  assert.deepEqual(file, publishedSchema(), 'run `npm run docs`')
})

test('the published schema asks only for what has no default', () => {
  const validate = new Ajv({ strictTypes: false }).compile(publishedSchema())
  assert.equal(validate(minimal), true)
  assert.equal(validate({ ...minimal, features: undefined }), false)
  assert.equal(validate({ ...minimal, features: { a: { routes: ['/a'], stickyBy: 'nothing' } } }), false)
  assert.equal(validate({ ...minimal, features: { a: { routes: ['/a'], stickyBy: 'jwt:sub', risk: 'high' } } }), true)
})

test('the published schema leaves out what only code can hold', () => {
  const text = JSON.stringify(publishedSchema())
  assert.doesNotMatch(text, /inCode|"expected"/)
  assert.equal(new Ajv({ strictTypes: false }).compile(publishedSchema())({ ...minimal, legacy: { listener: {} } }), false)
})
