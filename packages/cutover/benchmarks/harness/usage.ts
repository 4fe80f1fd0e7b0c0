export { usageOf, type Usage } from '../../src/bench/process/usage.ts'
