import assert from 'node:assert/strict'
import { test } from 'node:test'
import { writeJson } from '../../candidate/fastapi-compat/json-writer.ts'
import { bodyText } from '../../candidate/fastapi-compat/body-text.ts'
import { JsonDecodeError, JsonLimitError, parsePythonJson } from '../../candidate/fastapi-compat/python-json.ts'
import { floatText, pythonFloat } from '../../candidate/fastapi-compat/python-numbers.ts'

test('a number is written as it came: an int as an int, a float as a float', () => {
  for (const text of ['1', '1.0', '-0.0', '1e-07', '1e+16', '123456789012345678901234567890', '0.1', '5e-324']) {
    assert.equal(writeJson(parsePythonJson(text, 10)), text)
  }
})

test('a float has the text of repr()', () => {
  const texts: ReadonlyArray<readonly [number, string]> = [[1, '1.0'], [-0, '-0.0'], [1e16, '1e+16'], [1e15, '1000000000000000.0'], [1e-4, '0.0001'], [1e-5, '1e-05'], [1.5e300, '1.5e+300'], [NaN, 'nan'], [-Infinity, '-inf']]
  for (const [value, text] of texts) assert.equal(floatText(value), text)
  assert.equal(writeJson({ a: pythonFloat(2), b: 2 }), '{"a":2.0,"b":2}')
})

test('what JSON has not is refused, and text is escaped no more than it must be', () => {
  assert.throws(() => writeJson(NaN))
  assert.throws(() => writeJson('\ud800'))
  assert.equal(writeJson('é😀\u2028\u007f"\u0001'), '"é😀\u2028\u007f\\"\\u0001"')
})

test('members keep their order, the last of duplicate names wins', () => {
  assert.equal(writeJson(parsePythonJson('{"2":1,"1":2,"__proto__":3,"2":4}', 10)), '{"2":4,"1":2,"__proto__":3}')
})

test('a fault has its place in code points', () => {
  assert.throws(() => parsePythonJson('{"😀":x}', 10), (error: unknown) => error instanceof JsonDecodeError && error.reason === 'Expecting value' && error.position === 5)
})

test('depth and digits have their limits', () => {
  assert.throws(() => parsePythonJson('[[[]]]', 2), JsonLimitError)
  parsePythonJson('[[]]', 2)
  assert.throws(() => parsePythonJson('1'.repeat(4301), 2), JsonLimitError)
})

test('a body is decoded by its mark or its zero bytes', () => {
  for (const bytes of [Buffer.from('\ufeff1'), Buffer.from('1', 'utf16le'), Buffer.from('\ufeff1', 'utf16le'), Buffer.from([0, 0, 0, 0x31])]) assert.equal(bodyText(bytes), '1')
  assert.throws(() => bodyText(Buffer.from([0xff])))
})
