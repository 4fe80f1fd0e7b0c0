import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ComparisonConfig } from '../../src/config/comparison.ts'
import type { Field } from '../../src/message/exchange.ts'
import { compareResponses } from '../../src/parity/compare/compare.ts'
import { planFor, validateRules } from '../../src/parity/rules.ts'
import { answer } from './compare/answers.ts'

const reason = 'agreed with the clients'

function found (rules: ComparisonConfig, legacy: string, candidate: string, path = '/api/vehicles') {
  const comparison = compareResponses(answer(legacy), answer(candidate), { plan: planFor(validateRules(rules, 'test'), { method: 'GET', path }) })
  return { differences: comparison.differences.map(({ kind, pointer }) => `${kind} ${pointer}`), leftOut: comparison.leftOut.map(tally => `${tally.because} ${tally.kind} ${tally.pattern} ${tally.count}`) }
}

describe('rules', () => {
  it('ignore a place and what is below it, with its reason, and count it', () => {
    const rules = { ignore: [{ path: '/body/items/*/meta', reason }] }
    assert.deepEqual(found(rules, '{"items":[{"meta":{"a":1},"b":1},{"meta":2}]}', '{"items":[{"meta":{"a":2},"b":2},{"meta":"x"}]}'), {
      differences: ['value /body/items/0/b'],
      leftOut: ['rule value /body/items/*/meta 1', 'rule type /body/items/*/meta 1']
    })
    const { leftOut } = compareResponses(answer('{"items":[{"meta":1}]}'), answer('{"items":[{"meta":2}]}'), { plan: planFor(rules, { method: 'GET', path: '/' }) })
    assert.deepEqual(leftOut, [{ because: 'rule', reason, pattern: '/body/items/*/meta', kind: 'value', count: 1, example: '/body/items/0/meta' }])
  })

  it('ignore only the kinds that they name', () => {
    const rules: ComparisonConfig = { ignore: [{ path: '/body/**/n', kinds: ['value'], reason }] }
    assert.deepEqual(found(rules, '{"a":{"n":1},"b":{"n":1}}', '{"a":{"n":2},"b":{"n":"1"}}'), { differences: ['type /body/b/n'], leftOut: ['rule value /body/**/n 1'] })
  })

  it('reach keys with a slash, a tilde or a star, and headers in any case', () => {
    assert.deepEqual(found({ ignore: [{ path: '/body/a~1b/~0/~2', reason }] }, '{"a/b":{"~":{"*":1,"x":1}}}', '{"a/b":{"~":{"*":2,"x":2}}}').differences, ['value /body/a~1b/~0/x'])
    const plan = planFor({ ignore: [{ path: '/headers/X-Powered-By', reason }] }, { method: 'GET', path: '/' })
    assert.equal(compareResponses(answer('', '', { headers: [['x-powered-by', 'Express']] }), answer('', ''), { plan }).total, 0)
  })

  it('let numbers be a tolerance apart, and no more', () => {
    assert.deepEqual(found({ tolerance: [{ path: '/body/*', absolute: 0.1, reason }] }, '{"a":1,"b":1,"c":1}', '{"a":1.1,"b":1.2,"c":"1"}'), {
      differences: ['value /body/b', 'type /body/c'],
      leftOut: ['rule value /body/* 1']
    })
    assert.deepEqual(found({ tolerance: [{ path: '/body/a', relative: 0.01, reason }] }, '{"a":1000}', '{"a":1009}').differences, [])
    assert.deepEqual(found({ tolerance: [{ path: '/body/a', relative: 0.01, reason }] }, '{"a":1000}', '{"a":1011}').differences, ['value /body/a'])
  })

  it('take arrays as unordered, elements still compared', () => {
    const rules = { unordered: [{ path: '/body/tags', reason }] }
    assert.deepEqual(found(rules, '{"tags":["a","b","c"]}', '{"tags":["c","b","a"]}'), { differences: [], leftOut: ['rule order /body/tags 1'] })
    assert.deepEqual(found(rules, '{"tags":["a","b"]}', '{"tags":["c","a","b"]}').differences, ['extra /body/tags/0'])
    assert.deepEqual(found(rules, '{"tags":["a","a"]}', '{"tags":["a"]}').differences, ['missing /body/tags/1'])
  })

  it('pair elements by a key of theirs', () => {
    const rules = { keyed: [{ path: '/body', by: 'id', reason }] }
    const legacy = '[{"id":1,"n":1},{"id":2,"n":2},{"id":3,"n":3}]'
    assert.deepEqual(found(rules, legacy, '[{"id":3,"n":3},{"id":1,"n":9},{"id":4,"n":4}]'), {
      differences: ['missing /body/1', 'extra /body/2', 'value /body/0/n'],
      leftOut: ['rule order /body 1']
    })
    assert.deepEqual(found({ keyed: [{ path: '/body', by: '/owner/id', reason }] }, '[{"owner":{"id":1},"n":1},{"owner":{"id":2},"n":2}]', '[{"owner":{"id":2},"n":2},{"owner":{"id":1.0},"n":3}]').differences, ['format /body/0/owner/id', 'value /body/0/n'])
    assert.deepEqual(found(rules, '[{"id":1,"n":1},{"id":1,"n":2},5]', '[5,{"id":1,"n":2},{"id":1,"n":1}]').differences, [])
  })

  it('say how a header is compared', () => {
    const check = (compare: 'presence' | 'exact' | 'list' | 'date', name: string, one: string, other?: string) => {
      const plan = planFor({ headers: [{ name, compare, reason }] }, { method: 'GET', path: '/' })
      const fields = (value?: string): Field[] => value === undefined ? [] : [[name, value]]
      const comparison = compareResponses(answer('', '', { headers: fields(one) }), answer('', '', { headers: fields(other) }), { plan })
      return [comparison.total, comparison.leftOut.length]
    }
    assert.deepEqual(check('presence', 'ETag', '"a"', '"b"'), [0, 1])
    assert.deepEqual(check('presence', 'ETag', '"a"'), [1, 0])
    assert.deepEqual(check('exact', 'Vary', 'a, b', 'b, a'), [1, 0])
    assert.deepEqual(check('list', 'X-Roles', 'a, b', 'b, a'), [0, 1])
    assert.deepEqual(check('list', 'X-Roles', 'a, b', 'b'), [1, 0])
    assert.deepEqual(check('date', 'X-Seen', 'Wed, 01 May 2024 10:00:00 GMT', 'Wed, 01 May 2024 10:00:01 GMT'), [0, 1])
    assert.deepEqual(check('date', 'X-Seen', 'Wed, 01 May 2024 10:00:00 GMT', 'now'), [1, 0])
  })

  it('map statuses, for the routes they name', () => {
    const rules = { statuses: [{ legacy: 400, candidate: 422, routes: ['GET /api/vehicles/:id'], reason }] }
    const check = (path: string, method: string, one: number, other: number) => compareResponses(answer('', '', { status: one }), answer('', '', { status: other }), { plan: planFor(rules, { method, path }) }).total
    assert.equal(check('/api/vehicles/5', 'GET', 400, 422), 0)
    assert.equal(check('/api/vehicles/5', 'GET', 422, 400), 1)
    assert.equal(check('/api/vehicles/5', 'POST', 400, 422), 1)
    assert.equal(check('/api/vehicles', 'GET', 400, 422), 1)
    assert.equal(check('/api/vehicles/5/x', 'GET', 400, 422), 1)
  })

  it('hold for the routes they name only', () => {
    const rules = { ignore: [{ path: '/body/n', routes: ['GET /api/vehicles/*'], reason }] }
    assert.deepEqual(found(rules, '{"n":1}', '{"n":2}', '/api/vehicles/5/trips').differences, [])
    assert.deepEqual(found(rules, '{"n":1}', '{"n":2}', '/api/users').differences, ['value /body/n'])
  })

  it('are refused with a line for each mistake', () => {
    const wrong: ReadonlyArray<readonly [rules: unknown, line: RegExp]> = [
      [{ ignore: [{ path: '/body/a' }] }, /ignore\[0\]\.reason: is missing/],
      [{ ignore: [{ path: 'body', reason }] }, /ignore\[0\]\.path: "body" is not a path/],
      [{ ignore: [{ path: '/bod/a', reason }] }, /ignore\[0\]\.path: begins with "\/bod"/],
      [{ ignore: [{ path: '/body/a~b', reason }] }, /has a "~" that is not/],
      [{ ignore: [{ path: '/**', reason }] }, /would hide everything/],
      [{ ignore: [{ path: '/body/a', kinds: ['vlaue'], reason }] }, /did you mean "value"/],
      [{ ignored: [] }, /ignored: unknown key, did you mean "ignore"\?/],
      [{ tolerance: [{ path: '/body/a', reason }] }, /tolerance\[0\]: needs absolute or relative/],
      [{ statuses: [{ legacy: 200, candidate: 200, reason }] }, /both sides are 200/],
      [{ statuses: [{ legacy: 99, candidate: 200, reason }] }, /statuses\[0\]\.legacy: 99 is not a status/],
      [{ unordered: [{ path: '/body/a', routes: ['GET /a/*/b'], reason }] }, /unordered\[0\]\.routes\[0\]: "GET \/a\/\*\/b" has a wildcard inside/]
    ]
    for (const [rules, line] of wrong) assert.throws(() => validateRules(rules, 'cutover.config.ts'), { code: 'CUT_CONFIG_INVALID', message: line })
  })
})
