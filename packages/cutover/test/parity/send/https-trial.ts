import { runTrial } from '../../../src/parity/trial/run-trial.ts'
import type { Side, SideName } from '../../../src/parity/trial/side.ts'
import { createSender } from '../../../src/parity/send/sender.ts'

// Run in a process of its own: which authorities Node.js trusts is said when it starts.
const [legacy = '', candidate = ''] = process.argv.slice(2)
const side = (name: SideName, url: string): Side => ({ name, state: undefined, origin: () => new URL(url), revive: async () => {} })
const sides = { legacy: side('legacy', legacy), twin: undefined, candidate: side('candidate', candidate), close: async () => {} }
const sender = createSender({ keepAlive: true })
const { steps } = await runTrial({ name: 'x', steps: [{ request: 'GET /a' }, { request: 'POST /a', json: { a: 1 } }] }, { sides, rules: {}, noise: {}, timeoutMs: 5000, bodyLimit: 1000 }, { sender })
sender.close()
console.log(JSON.stringify(steps.map(step => ({ differences: step.differences.map(({ pattern }) => pattern), failures: step.failures, status: step.exchanges.legacy?.response.status }))))
