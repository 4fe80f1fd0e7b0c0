import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseJson } from '../../src/config/json.ts'

test('JSON is read as JSON.parse reads it', () => {
  fc.assert(fc.property(fc.jsonValue(), value => assert.deepEqual(parseJson(JSON.stringify(value, null, 2)), JSON.parse(JSON.stringify(value)))))
})

test('a byte order mark is not a mistake', () => {
  assert.deepEqual(parseJson('\uFEFF{}'), {})
})

const mistakes: ReadonlyArray<[text: string, where: RegExp]> = [
  ['{\n  "a": ,\n}', /^line 2, column 8: there is "," where a value should be$/],
  ['{\n  "a": 1\n  "b": 2\n}', /^line 3, column 3: there is "\\"" where "," or "}" should be$/],
  ['{ "a": 1, }', /^line 1, column 11: there is "}" where a name in double quotes should be$/],
  ["{ 'a': 1 }", /^line 1, column 3: there is "'" where a name in double quotes/],
  ['{ "a" 1 }', /^line 1, column 7: there is "1" where ":" should be$/],
  ['{ "a": TRUE }', /^line 1, column 8: there is "T" where a value/],
  ['{ "a": "b\n" }', /^line 1, column 8: there is "\\"" where a value/],
  ['[1, 2', /^line 1, column 6: the file ends where "," or "]" should be$/],
  ['{} x', /^line 1, column 4: there is "x" where the end of the file should be$/],
  ['', /^line 1, column 1: the file ends where a value should be$/],
  ['{"a": [1, {"b": [] ]}', /^line 1, column 20: there is "]" where "," or "}"/]
]

test('malformed JSON is told by line and column', () => {
  for (const [text, where] of mistakes) assert.throws(() => parseJson(text), { name: 'SyntaxError', message: where }, text)
})

test('whatever is broken, a place inside the text is named', () => {
  fc.assert(fc.property(fc.jsonValue(), fc.nat(), fc.constantFrom('', ',', '}', '"', 'x'), (value, at, put) => {
    const text = JSON.stringify(value)
    const broken = text.slice(0, at % text.length) + put + text.slice(at % text.length + 1)
    try {
      parseJson(broken)
    } catch (error) {
      const column = Number(/^line 1, column (\d+): /.exec((error as Error).message)?.[1])
      assert.ok(column >= 1 && column <= broken.length + 1, `${broken}: ${(error as Error).message}`)
    }
  }))
})
