import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ratioInterval } from '../../../src/bench/statistics/ratio-interval.ts'
import { seeded } from '../../../src/bench/statistics/samples.ts'

/** What a machine does to a benchmark: luck of a process, drift, noise that lasts longer than a block, other programs. */
interface World {
  readonly starts: number
  readonly rounds: number
  readonly luck: number
  readonly noise: number
  readonly lasting: number
  readonly spikes: number
}

function normal (random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** Ratios of rounds by start, as ABBA blocks of two servers whose true ratio is `truth` would give them. */
function ratiosOf ({ starts, rounds, luck, noise, lasting, spikes }: World, truth: number, random: () => number): number[][] {
  return Array.from({ length: starts }, () => {
    const process = luck * normal(random) * Math.SQRT2
    const slope = 0.02 * normal(random)
    let carried = lasting * normal(random)
    return Array.from({ length: rounds }, (_, round) => {
      carried = 0.8 * carried + 0.6 * lasting * normal(random)
      const spike = random() < spikes ? -0.3 * random() * (random() < 0.5 ? 1 : -1) : 0
      const drift = slope / rounds * (round % 2 === 0 ? 1 : -1)
      return truth * Math.exp(process + carried + drift + spike + noise * normal(random) * Math.SQRT2)
    })
  })
}

const worlds: Readonly<Record<string, World>> = {
  'quiet processes, noisy blocks': { starts: 4, rounds: 4, luck: 0, noise: 0.03, lasting: 0, spikes: 0 },
  'lucky processes': { starts: 4, rounds: 4, luck: 0.02, noise: 0.01, lasting: 0, spikes: 0 },
  'lucky processes, few starts': { starts: 2, rounds: 8, luck: 0.02, noise: 0.01, lasting: 0, spikes: 0 },
  'noise that lasts': { starts: 5, rounds: 4, luck: 0.01, noise: 0.01, lasting: 0.02, spikes: 0 },
  'other programs': { starts: 6, rounds: 4, luck: 0.01, noise: 0.02, lasting: 0.01, spikes: 0.1 }
}

for (const [name, world] of Object.entries(worlds)) {
  test(`at least 93 of 100 intervals hold the truth: ${name}`, () => {
    const random = seeded(11)
    const runs = 2000
    let held = 0
    for (let run = 0; run < runs; run++) {
      const { low, high } = ratioInterval(ratiosOf(world, 1.05, random), random, 100)
      if (low <= 1.05 && high >= 1.05) held++
    }
    assert.ok(held / runs >= 0.93, `${held} of ${runs} held it`)
  })
}

test('a planted 5 % slowdown is found in 8 of 10 runs of 8 starts', () => {
  const random = seeded(12)
  const found = Array.from({ length: 500 }, () => ratioInterval(ratiosOf({ starts: 8, rounds: 6, luck: 0.015, noise: 0.02, lasting: 0.01, spikes: 0.05 }, 0.95, random), random, 100))
    .filter(({ high }) => high < 1).length
  assert.ok(found / 500 >= 0.8, `${found} of 500`)
})
