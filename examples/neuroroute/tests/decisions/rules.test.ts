import assert from 'node:assert/strict'
import { test } from 'node:test'
import { read } from '../../domain/decisions/reading.ts'
import { range, rules, weighted } from '../../domain/decisions/rules.ts'

const lists = [...rules.categories.list.map(({ words }) => words), rules.complexity.words]

test('upper and lower case are letter by letter', () => {
  assert.equal([...rules.upper].length, [...rules.lower].length)
  assert.equal(new Set(rules.upper).size, [...rules.upper].length)
  assert.deepEqual([...rules.lower].filter(letter => rules.upper.includes(letter)), [])
})

test('ranges ascend and do not overlap', () => {
  for (const ranges of [rules.letters, Object.values(rules.scripts).flatMap(({ ranges }) => ranges)]) {
    const sorted = ranges.map(range).sort(([a], [b]) => a - b)
    for (const [place, [first, last]] of sorted.entries()) {
      assert.ok(first <= last, `${first.toString(16)}`)
      assert.ok(last < (sorted[place + 1]?.[0] ?? Infinity), `${last.toString(16)}`)
    }
  }
})

test('letters are in the Basic Multilingual Plane, so that a word is as long in both languages', () => {
  assert.ok(rules.letters.map(range).every(([, last]) => last < 0xd800))
})

test('every entry is one that a reading can have, and is there once', () => {
  for (const words of lists) {
    const entries = weighted(words).map(([entry]) => entry)
    assert.deepEqual(entries.filter(entry => read(entry).sentence !== ` ${entry} `), [])
    assert.deepEqual(entries.filter((entry, place) => entries.indexOf(entry) !== place), [])
  }
  for (const { words = '', code } of rules.languages.list) {
    const entries = words.split(' ').filter(entry => entry !== '')
    assert.deepEqual(entries.filter(entry => read(entry).sentence !== ` ${entry} `), [], code)
    assert.deepEqual(entries.filter((entry, place) => entries.indexOf(entry) !== place), [], code)
  }
  for (const { first = [], marks } of rules.categories.list) {
    assert.deepEqual(first.filter(entry => read(entry).first !== entry), [])
    assert.deepEqual(weighted(marks).filter(([entry]) => read(entry).text !== entry), [])
  }
})

test('weights are whole numbers', () => {
  const marks = rules.categories.list.flatMap(({ marks, patterns }) => [marks, patterns])
  for (const entries of [...lists, ...marks]) for (const [entry, weight] of weighted(entries)) assert.ok(Number.isInteger(weight) && weight !== 0, entry)
})

test('patterns are of what both languages read alike', () => {
  for (const [pattern] of rules.categories.list.flatMap(({ patterns }) => weighted(patterns))) {
    const bare = pattern.replace(/\[(?:\\.|[^\]])*\]/g, 'x')
    // No \d, \w, \s and \b, which Python takes for Unicode's; no dot, ^ and $, which differ at line ends; nothing endless, which could take long.
    assert.doesNotMatch(pattern, /\\[a-zA-Z0-9]/)
    assert.doesNotMatch(bare, /(?<!\\)[.^$*+]|,\}/)
  }
})

test('a language has a code of its own, and scripts that there are', () => {
  const { list } = rules.languages
  assert.equal(new Set(list.map(({ code }) => code)).size, list.length)
  for (const { code, scripts = [] } of list) {
    assert.match(code, /^[a-z]{2}$/)
    assert.ok(scripts.every(script => script in rules.scripts), code)
  }
})
