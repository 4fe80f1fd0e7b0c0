import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { compareExchanges, type Difference } from '../contract/compare.ts'
import { runScenario, type Exchange } from '../contract/run.ts'
import { loadScenarios, type Scenario } from '../contract/scenario.ts'
import { openFace, openWorld, type FaceName, type World } from './world.ts'

const scenarios = await loadScenarios()

describe('the contract', () => {
  let world: World
  const seen: Exchange[] = []

  before(async () => { world = await openWorld() })
  after(async () => { await world.close() })

  async function play (name: FaceName, scenario: Scenario): Promise<readonly Exchange[]> {
    const services = await world.services()
    const face = await openFace(name, services)
    try {
      if (scenario.given === 'database-down') await services.pool.end()
      return await runScenario(face.url, scenario)
    } finally {
      await face.close()
      if (scenario.given !== 'database-down') await services.close()
    }
  }

  for (const scenario of scenarios) {
    test(`${scenario.name}: both faces answer alike, and as expected`, async () => {
      const [legacy, candidate] = await Promise.all([play('legacy', scenario), play('candidate', scenario)])
      seen.push(...legacy)
      assert.deepEqual(compareExchanges(legacy, candidate).map(describeDifference), [])
      for (const [index, { step, status, body, path }] of legacy.entries()) {
        const where = `step ${index + 1}, ${step.method} ${path}: ${body}`
        if (step.expect?.status !== undefined) assert.equal(status, step.expect.status, where)
        if (step.expect?.code !== undefined) assert.equal(codeOf(body), step.expect.code, where)
      }
    })
  }
})

function describeDifference ({ step, request, where, legacy, candidate }: Difference): string {
  return `step ${step}, ${request}, ${where}: ${legacy} | ${candidate}`
}

function codeOf (body: string): string | undefined {
  return body.startsWith('{"error"') ? (JSON.parse(body) as { error: { code: string } }).error.code : undefined
}
