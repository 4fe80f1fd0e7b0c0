import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Finding } from '../../../packages/cutover/src/parity/finding.ts'
import { loadScenarios } from '../../../packages/cutover/src/parity/scenario/load.ts'
import { confirmTrial } from '../../../packages/cutover/src/parity/trial/confirm-trial.ts'
import type { TrialContext } from '../../../packages/cutover/src/parity/trial/trial.ts'
import { openGrounds, openWorldSides, type Grounds } from './world-sides.ts'

const scenarios = (await loadScenarios(join(import.meta.dirname, '../scenarios'))).map(({ scenario }) => scenario)

describe('the contract', () => {
  let grounds: Grounds
  let sides: TrialContext

  before(async () => {
    grounds = await openGrounds()
    sides = await openWorldSides(grounds)
  })
  after(async () => {
    await sides?.sides.close()
    await grounds?.close()
  })

  for (const scenario of scenarios) {
    test(`${scenario.name}: both faces answer alike and store alike, as expected`, async () => {
      const { result, findings } = await confirmTrial(scenario, sides)
      assert.equal(result.broken, undefined)
      assert.deepEqual(findings.filter(({ confirmed }) => confirmed).map(describeFinding), [])
    })
  }
})

function describeFinding ({ endpoint, message, difference }: Finding): string {
  if (difference === undefined) return `${endpoint}, ${message}`
  return `${endpoint}, ${difference.pattern}: ${difference.legacy?.text ?? 'nothing'} | ${difference.candidate?.text ?? 'nothing'}`
}
