import assert from 'node:assert/strict'
import { test } from 'node:test'
import { read, window } from '../../domain/decisions/reading.ts'

test('a prompt of 2000 code points is read whole', () => {
  for (const letter of ['a', '😀', '\ud800', '\udc00']) assert.equal(window(letter.repeat(2000)), letter.repeat(2000))
})

test('of a longer one the first 1500 code points and the last 500 are', () => {
  for (const letter of ['a', '😀', '\ud800', '\udc00']) {
    assert.equal(window(letter.repeat(1500) + 'x' + letter.repeat(500)), letter.repeat(1500) + ' ' + letter.repeat(500))
  }
})

test('a character is not cut in two', () => {
  assert.equal(window('a'.repeat(1499) + '😀'.repeat(502)), 'a'.repeat(1499) + '😀 ' + '😀'.repeat(500))
  assert.equal(window('a'.repeat(1600) + '😀' + 'b'.repeat(499)), 'a'.repeat(1500) + ' 😀' + 'b'.repeat(499))
})

test('a lone half counts as one, whatever stands beside it', () => {
  assert.equal(window('\ud83d😀'.repeat(1100)), '\ud83d😀'.repeat(750) + ' ' + '\ud83d😀'.repeat(250))
  assert.equal(window('😀\ude00'.repeat(1100)), '😀\ude00'.repeat(750) + ' ' + '😀\ude00'.repeat(250))
})

test('words are runs of letters in lower case', () => {
  const reading = read("What's ÜBER_the 2nd naïve Ω-word?")
  assert.deepEqual([...reading.words], ['what', 's', 'über', 'the', 'nd', 'naïve', 'ω', 'word'])
  assert.equal(reading.first, 'what')
  assert.equal(reading.sentence, ' what s über the nd naïve ω word ')
})

test('a prompt without letters has no words', () => {
  assert.deepEqual(read('123 😀'), { text: '123 😀', words: new Set(), first: undefined, sentence: '  ' })
})
