import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { freePort } from '@cutover-examples/runtime/free-port'

// `npm start`: the whole migration in about 90 seconds, on this machine, with nothing set up. All of it is what
// `cutover run` does; here are only its options, and what a reader has to know first.

const once = process.argv.includes('--once')
const wanted = Number(process.env.PORT ?? 3000)
const port = once ? 0 : await freePort(wanted)
const require = createRequire(import.meta.url)
const versionOf = (name: string): string => (require(`${name}/package.json`) as { version: string }).version
const colour = process.stdout.isTTY && (process.env.NO_COLOR ?? '') === ''
const paint = (code: number, text: string): string => colour ? `\u001B[${code}m${text}\u001B[0m` : text

console.log(`${paint(1, 'cutover')}  vehicles moves from Express ${versionOf('express')} to Fastify ${versionOf('fastify')}, Node ${process.version}
${paint(2, 'PostgreSQL, both backends and the switch run on this machine; about 90 seconds.')}
${paint(2, 'Gates: examples/vehicles/cutover.config.ts, set for a minute of few clients.')}`)
if (!once && port !== wanted) console.log(paint(33, `Port ${wanted} is taken, so the switch gets another one.`))
console.log()

const bin = join(dirname(require.resolve('cutover/package.json')), 'bin', 'cutover.js')
// Where the user stands: paths are shown from there, and are to be copied.
const cwd = process.env.INIT_CWD ?? process.cwd()
const child = spawn(process.execPath, [
  ...process.execArgv.map(word => word === 'tsx' ? import.meta.resolve('tsx') : word), bin,
  'run', 'health', 'vehicles', '--config', relative(cwd, join(import.meta.dirname, 'cutover.config.ts')),
  // A run before may have moved everything already.
  '--again', '--why', 'npm start',
  '--traffic', join(import.meta.dirname, 'load'), '--quick', '--bench-time', '50s', '--port', String(port),
  ...(once ? [] : ['--stay'])
], { cwd, stdio: 'inherit', env: { ...process.env, LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn' } })
// A terminal's ctrl-c reaches it by itself; what is sent to this process alone is passed on.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => child.kill('SIGTERM'))
child.on('exit', (code, signal) => { process.exitCode = code ?? (signal === null ? 1 : 130) })
