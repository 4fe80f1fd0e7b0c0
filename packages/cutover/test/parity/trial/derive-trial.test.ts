import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import type { Derivations } from '../../../src/parity/scenario/derive.ts'
import type { Scenario } from '../../../src/parity/scenario/scenario.ts'
import { runTrial } from '../../../src/parity/trial/run-trial.ts'
import { verify } from '../../../src/parity/verify/verify.ts'
import { fakeContext, type Backend } from './fake-sides.ts'

/* eslint-disable no-template-curly-in-string */

const scenario: Scenario = {
  name: 'challenge',
  steps: [
    { request: 'POST /options', capture: { options: '' } },
    { request: 'POST /verify', derive: { proof: { by: 'prove', with: { challenge: '${options}' } } }, json: { proof: '${proof}' }, expect: { status: 200 } }
  ]
}

const proofOf = (challenge: string) => createHash('sha256').update(challenge).digest('hex')
const derive: Derivations = { prove: input => proofOf((input.with as { challenge: { challenge: string } }).challenge.challenge) }

/** Gives a challenge of its own, and takes the proof for that one only; `echo` says what else it answers. */
function backend (echo: (proof: string, name: string) => unknown = proof => proof): Backend {
  return name => {
    let challenge = ''
    return (request, response) => {
      response.setHeader('content-type', 'application/json')
      if (request.url === '/options') {
        challenge = randomBytes(16).toString('hex')
        response.end(JSON.stringify({ challenge, nested: { challenge } }))
        return
      }
      let text = ''
      request.on('data', chunk => { text += String(chunk) }).on('end', () => {
        const { proof } = JSON.parse(text) as { proof: string }
        response.statusCode = proof === proofOf(challenge) ? 200 : 403
        response.end(JSON.stringify({ proof: echo(proof, name) }))
      })
    }
  }
}

test('each side derives from its own answers, and what it was sent may come back', async context => {
  for (const twin of [true, false]) {
    const trial = await fakeContext(context, backend(), { twin })
    const result = await runTrial(scenario, { ...trial, sides: { ...trial.sides, derive } })
    assert.equal(result.broken, undefined)
    const answered = Object.values(result.steps[1]!.exchanges).map(({ response }) => response.status)
    assert.deepEqual(answered, twin ? [200, 200, 200] : [200, 200])
    const proofs = Object.values(result.steps[1]!.exchanges).map(({ request }) => request.body.toString())
    assert.equal(new Set(proofs).size, proofs.length)
    assert.deepEqual(result.steps.flatMap(({ differences }) => differences), [])
  }
})

test('what each side derived may come back, whatever it is; anything else is a difference', async context => {
  const swapped: Scenario = { ...scenario, steps: [...scenario.steps.slice(0, 1), { ...scenario.steps[1]!, derive: { ...scenario.steps[1]!.derive, code: 'code' }, json: { proof: '${proof}', code: '${code}' } }] }
  const words = ['seven green apples', 'eight brown pears']
  const codes = new Map<string, string>()
  const both: Derivations = { ...derive, code: ({ origin }) => codes.get(origin) ?? codes.set(origin, words[codes.size % 2]!).get(origin) }
  const echoes = async (echo: (code: string, name: string) => string) => {
    const trial = await fakeContext(context, name => (request, response) => {
      let text = ''
      request.on('data', chunk => { text += String(chunk) }).on('end', () => {
        response.setHeader('content-type', 'application/json')
        response.end(text === '' ? '{"challenge":"x"}' : JSON.stringify({ said: echo((JSON.parse(text) as { code: string }).code, name) }))
      })
    }, { twin: false })
    return (await runTrial(swapped, { ...trial, sides: { ...trial.sides, derive: both } })).steps.flatMap(({ differences }) => differences)
  }
  assert.deepEqual(await echoes(code => code), [])
  assert.deepEqual(await echoes(code => `said: ${code}`), [])
  assert.deepEqual((await echoes((code, name) => name === 'legacy' ? code : 'nine red plums')).map(({ pattern }) => pattern), ['/body/said'])
})

test('a function that throws on one side breaks the scenario there, with its message', async context => {
  for (const [side, message] of [['legacy', /^step 2, POST \/verify: proof could not be derived by prove: no authenticator$/], ['candidate', /^step 2, POST \/verify, on candidate: proof could not be derived by prove: no authenticator$/], ['twin', /on twin: .*no authenticator$/]] as const) {
    const trial = await fakeContext(context, backend())
    const throwing: Derivations = {
      prove (input) {
        if (input.origin === trial.sides[side]!.origin().origin) throw new Error('no authenticator')
        return derive.prove!(input)
      }
    }
    const result = await runTrial(scenario, { ...trial, sides: { ...trial.sides, derive: throwing } })
    assert.match(result.broken ?? '', message)
    const report = await verify({ rules: {}, timeoutMs: 5000, bodyLimit: 10_000, sides: { ...trial.sides, derive: throwing }, scenarios: [scenario] })
    assert.deepEqual(report.cases.map(({ outcome }) => outcome), ['failed'])
  }
})

test('an unknown function is an error before anything is sent', async context => {
  const trial = await fakeContext(context, backend())
  await assert.rejects(verify({ rules: {}, timeoutMs: 5000, bodyLimit: 10_000, sides: trial.sides, scenarios: [scenario] }), { code: 'CUT_DERIVE_UNKNOWN' })
  assert.deepEqual(trial.sides.legacy.log, [])
})
