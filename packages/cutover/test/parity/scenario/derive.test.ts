import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { problemsOf } from '../../../src/parity/scenario/check.ts'
import { checkDerivations, deriveFor, type Derivations } from '../../../src/parity/scenario/derive.ts'
import { NumberText } from '../../../src/parity/scenario/number-text.ts'
import { parseScenario } from '../../../src/parity/scenario/parse.ts'
import type { Step } from '../../../src/parity/scenario/scenario.ts'
import { writeScenario } from '../../../src/parity/scenario/write.ts'
import { namesUsed, withoutUnused, withoutUsers, withSources } from '../../../src/parity/shrink/references.ts'

/* eslint-disable no-template-curly-in-string */

const origin = new URL('http://127.0.0.1:1')
const derive = (step: Pick<Step, 'derive'>, values: Map<string, unknown>, by: Derivations | undefined, timeoutMs = 1000) => deriveFor(step, values, by, origin, timeoutMs)

describe('a derived value', () => {
  it('is computed from what was captured, and from what the step gives', async () => {
    const values = new Map<string, unknown>([['challenge', { bytes: 'abc' }], ['big', new NumberText('12345678901234567890')]])
    const seen: unknown[] = []
    const { derived, problem } = await derive({ derive: { first: 'sign', second: { by: 'join', with: { text: '${first}!', whole: '${challenge}', big: '${big}', plain: '$${first}' } } } }, values, {
      sign: async input => {
        seen.push(input)
        return `signed ${(input.values.challenge as { bytes: string }).bytes}`
      },
      join: input => input.with
    })
    assert.equal(problem, undefined)
    assert.deepEqual(seen, [{ values: { challenge: { bytes: 'abc' }, big: '12345678901234567890' }, with: undefined, origin: 'http://127.0.0.1:1' }])
    assert.deepEqual(derived, { first: 'signed abc', second: { text: 'signed abc!', whole: { bytes: 'abc' }, big: '12345678901234567890', plain: '${first}' } })
    assert.equal(values.get('first'), 'signed abc')
    assert.deepEqual(values.get('second'), derived.second)
  })

  const failing: ReadonlyArray<readonly [string, Derivations | undefined, RegExp]> = [
    ['a function that throws', { f: () => { throw new Error('no key') } }, /^a could not be derived by f: no key$/],
    ['a function that rejects', { f: async () => { throw new TypeError('no key') } }, /no key/],
    ['a function that never ends', { f: () => new Promise(() => {}) }, /longer than 20 ms/],
    ['a function that gives nothing', { f: () => {} }, /it gave undefined/],
    ['a function that gives what JSON has not', { f: () => 1n }, /BigInt/i],
    ['an unknown function', {}, /no such function/],
    ['a name of every object', Object.assign({}, { g: () => 1 }), /no such function/],
    ['no functions at all', undefined, /no such function/]
  ]
  for (const [name, by, message] of failing) {
    it(`says what went wrong with ${name}`, async () => {
      const values = new Map()
      const { problem } = await derive({ derive: { a: by !== undefined && 'g' in by ? 'toString' : 'f' } }, values, by, 20)
      assert.match(problem ?? '', by !== undefined && 'g' in by ? /toString: .*no such function/ : message)
      assert.equal(values.has('a'), false)
    })
  }

  it('is asked for by name before anything runs', () => {
    const scenario = { name: 'passkeys', steps: [{ request: 'GET /a' }, { request: 'GET /b', derive: { a: 'known', b: { by: 'sign-in' } } }] }
    checkDerivations([scenario], { known: () => 1, 'sign-in': () => 1 })
    assert.throws(() => checkDerivations([scenario], { known: () => 1 }), { code: 'CUT_DERIVE_UNKNOWN', message: /"passkeys", step 2, derives "b" by "sign-in".*It gives: known\./ })
    assert.throws(() => checkDerivations([scenario]), { code: 'CUT_DERIVE_UNKNOWN', message: /It gives: none\./ })
  })
})

describe('a scenario that derives values', () => {
  const text = `
name: passkeys
steps:
  - request: POST /options
    capture: { options: "", id: /id }
  - request: POST /verify
    derive:
      key: new-key
      assertion: { by: sign-in, with: { options: "\${options}", key: "\${key}" } }
    json: "\${assertion}"
  - request: GET /keys/\${key}
`

  it('is read, and written back as it was', () => {
    const scenario = parseScenario(text, 'passkeys.yaml')
    assert.deepEqual(scenario.steps[1]!.derive, { key: 'new-key', assertion: { by: 'sign-in', with: { options: '${options}', key: '${key}' } } })
    assert.deepEqual(parseScenario(writeScenario(scenario), 'again.yaml'), scenario)
  })

  const wrong: ReadonlyArray<readonly [string, Partial<Step>, RegExp]> = [
    ['a value that nothing captured', { derive: { a: { by: 'f', with: '${gone}' } } }, /steps\[0\]\.derive\.a: takes \$\{gone\}/],
    ['a value that is derived after it', { derive: { a: { by: 'f', with: '${b}' }, b: 'f' } }, /derive\.a: takes \$\{b\}/],
    ['itself', { derive: { a: { by: 'f', with: '${a}' } } }, /derive\.a: takes \$\{a\}/],
    ['a form that is none', { derive: { a: 5 as never } }, /derive\.a.*the name of a function, or \{ by: function, with: value \}/],
    ['a key too many', { derive: { a: { by: 'f', on: 1 } as never } }, /derive\.a/],
    ['a name that cannot be taken', { derive: { 'a b': 'f' } }, /a b/]
  ]
  for (const [name, step, message] of wrong) {
    it(`is refused for ${name}`, () => {
      const problems = problemsOf({ name: 'x', steps: [{ request: 'GET /', ...step }] })
      assert.match(problems.map(problem => problem.text).join('\n'), message)
    })
  }

  it('may use what a step derives in that step and later ones', () => {
    assert.deepEqual(problemsOf({ name: 'x', steps: [{ request: 'GET /${a}', derive: { a: 'f' } }, { request: 'GET /${a}' }] }), [])
  })

  const { steps } = parseScenario(text, 'passkeys.yaml')
  const open: Step[] = [{ request: 'POST /options', capture: { options: '' } }, { request: 'GET /other' }, { request: 'POST /verify', derive: { assertion: 'sign-in' }, json: '${assertion}' }]

  it('is shrunk with what its functions are given', () => {
    assert.deepEqual([...namesUsed(steps[1]!)], ['options'])
    assert.deepEqual([...withSources(steps, [2])].sort(), [0, 1, 2])
    assert.deepEqual([...withoutUsers(steps, [0])], [])
    assert.deepEqual(withoutUnused({ name: 'x', steps }).steps.map(({ capture, derive }) => [capture, Object.keys(derive ?? {})]), [[{ options: '', id: '/id' }, []], [undefined, ['key', 'assertion']], [undefined, []]])
    const { derive: gone, ...without } = withoutUnused({ name: 'x', steps: [{ request: 'GET /', derive: { a: 'f' } }] }).steps[0]!
    assert.deepEqual([gone, without], [undefined, { request: 'GET /' }])
  })

  it('is shrunk with all that was captured before a function that sees everything', () => {
    assert.deepEqual([...withSources(open, [2])].sort(), [0, 2])
    assert.deepEqual([...withoutUsers(open, [0])], [1])
    assert.deepEqual(withoutUnused({ name: 'x', let: { secret: 'x' }, steps: open }), { name: 'x', let: { secret: 'x' }, steps: open })
  })
})
