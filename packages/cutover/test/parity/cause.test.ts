import assert from 'node:assert/strict'
import { test } from 'node:test'
import { causeOf } from '../../src/parity/cause.ts'
import { unmet } from '../../src/parity/trial/expectation.ts'

test('the cause of what a scenario expected does not depend on what came instead', () => {
  const causes = ['1', '"a, b"', '{"x":", 1 came"}', '[1,2]', undefined].map(value => {
    const body = Buffer.from(value === undefined ? '{}' : `{"v":${value}}`)
    const [line] = unmet({ json: { '/v': 'wanted' } }, { status: 200, headers: [], body })
    return causeOf({ kind: 'expectation', endpoint: 'GET /', detail: line })
  })
  assert.equal(new Set(causes).size, 1)
  const of = (detail: string): string => causeOf({ kind: 'expectation', endpoint: 'GET /', detail })
  assert.notEqual(of('status 200 was expected, 404 came'), of('status 201 was expected, 404 came'))
  assert.equal(of('status 200 was expected, 404 came'), of('status 200 was expected, 500 came'))
})
