// Property tests draw the same values in every run, so that a red build is about the change at hand.
// SEED=random draws others, SEED=123 those of a failure that was reported.
import { existsSync, readFileSync } from 'node:fs'

const file = process.argv[1]
const seed = process.env.SEED ?? '20261121'
if (seed !== 'random' && file?.endsWith('.test.ts') && existsSync(file) && readFileSync(file, 'utf8').includes('fast-check')) {
  const { configureGlobal } = await import('fast-check')
  configureGlobal({ seed: Number(seed) })
}
