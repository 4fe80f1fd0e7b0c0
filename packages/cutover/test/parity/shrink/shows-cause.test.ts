import assert from 'node:assert/strict'
import { test } from 'node:test'
import { showsCause } from '../../../src/parity/shrink/shows-cause.ts'
import { findingsOf } from '../../../src/parity/trial/trial-findings.ts'
import type { Difference } from '../../../src/parity/compare/difference.ts'
import type { TrialResult } from '../../../src/parity/trial/result.ts'
import type { TrialContext } from '../../../src/parity/trial/trial.ts'

const status: Difference = { kind: 'status', pointer: '/status', pattern: '/status' }
const trial = (unstable: readonly Difference[], stored = false): TrialResult => ({
  steps: stored ? [] : [{ step: 1, endpoint: 'GET /a', exchanges: {}, failures: {}, differences: [status], unstable, leftOut: [], unexpected: [] }],
  state: stored ? [{ kind: 'value', pointer: '/a/0/b', pattern: '/a/*/b' }] : [],
  unstableState: stored ? unstable : [],
  stateLeftOut: [],
  durationMs: 1
})

test('what legacy and its own twin differ in as well does not show the cause', async () => {
  const context = {} as TrialContext
  for (const [unstable, stored, shows] of [
    [[], false, true], [[status], false, false], [[{ kind: 'value', pointer: '/body/x', pattern: '/body/x' }], false, true],
    [[], true, true], [[{ kind: 'value', pointer: '/a/1/b', pattern: '/a/*/b' }], true, false]
  ] as const) {
    const [finding] = findingsOf(trial([], stored), 'x')
    assert.equal(await showsCause(finding!.cause, context, async () => trial(unstable, stored))({ name: 'x', steps: [{ request: 'GET /a' }] }), shows)
  }
})
