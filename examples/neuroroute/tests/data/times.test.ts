import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isoTime, isoTimeOf, utcTime } from '../../data/times.ts'

test('PostgreSQL\'s times are told as Python tells them: six digits of a second, or none', () => {
  for (const [text, told] of [
    ['2026-11-22 01:23:45.123456+00', '2026-11-22T01:23:45.123456+00:00'],
    ['2026-11-22 01:23:45.12+00', '2026-11-22T01:23:45.120000+00:00'],
    ['2026-11-22 01:23:45+00', '2026-11-22T01:23:45+00:00']
  ] as const) assert.equal(isoTime(text), told)
  assert.equal(isoTimeOf(Date.parse('2026-11-22T01:23:45.120Z') + 0.004), '2026-11-22T01:23:45.120004+00:00')
  assert.equal(isoTimeOf(Date.parse('2026-11-22T01:23:45Z')), '2026-11-22T01:23:45+00:00')
})

test('Python\'s times are told to PostgreSQL in UTC, whatever their offset, and never out of its range', () => {
  for (const [text, told] of [
    ['2026-11-22T01:23:45.123456+00:00', '2026-11-22T01:23:45.123456Z'],
    ['2026-11-22T01:23:45', '2026-11-22T01:23:45Z'],
    ['2026-11-22T01:23:45.5-05:30', '2026-11-22T06:53:45.5Z'],
    ['2026-11-22T01:23:45+23:59', '2026-11-21T01:24:45Z'],
    ['0001-01-01T00:00:00+23:59', '0001-01-01T00:00:00Z'],
    ['9999-12-31T23:59:59.9-23:59', '9999-12-31T23:59:59.999999Z'],
    ['0050-06-01T00:00:00', '0050-06-01T00:00:00Z']
  ] as const) assert.equal(utcTime(text), told)
})
