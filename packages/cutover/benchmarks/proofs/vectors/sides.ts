import { spawn } from 'node:child_process'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Case, Decisions } from '../../../../../examples/neuroroute/decisions/vectors.ts'
import { CannotRun } from '../../harness/figure.ts'
import { plant } from '../mutants/plant.ts'
import type { Fault } from './faults.ts'

export const workspace = fileURLToPath(new URL('../../../../../examples/neuroroute', import.meta.url))

/** What the decisions are made of, beside a package.json for the kind of module. */
const parts = ['package.json', 'catalog', 'decisions', 'domain/catalogue.ts', 'domain/decisions', 'types', 'legacy/__init__.py', 'legacy/catalogue.py', 'legacy/contracts.py', 'legacy/decisions']
const limitMs = 120_000

/** One language's decisions, made in a process of its own. */
export interface Side {
  readonly name: 'python' | 'typescript'
  /** @throws CannotRun with what it printed, when it does not answer them all */
  decide (cases: readonly Case[]): Promise<readonly Decisions[]>
}

/** @param interpreter of Python; any from 3.9 on will do, without packages */
export function sideOf (name: Side['name'], interpreter: string, folder: string = workspace): Side {
  const [file, args] = name === 'python'
    ? [interpreter, ['-B', '-m', 'legacy.decisions']]
    : [process.execPath, ['--import', import.meta.resolve('tsx'), join(folder, 'decisions/answer.ts')]]
  return { name, decide: async cases => await answers(name, file, args, folder, cases) }
}

/** Copies the decisions of both languages to a folder, with a fault in one of them. */
export async function copyWith (fault: Fault, folder: string): Promise<void> {
  for (const part of parts) await cp(join(workspace, part), join(folder, part), { recursive: true, filter: path => !path.includes('__pycache__') })
  const file = join(folder, fault.file)
  await writeFile(file, plant(await readFile(file, 'utf8'), [fault]))
}

async function answers (name: string, file: string, args: readonly string[], folder: string, cases: readonly Case[]): Promise<readonly Decisions[]> {
  const child = spawn(file, args, { cwd: folder, signal: AbortSignal.timeout(limitMs), env: { ...process.env, NODE_OPTIONS: '' } })
  const output: Buffer[] = []
  const complaints: Buffer[] = []
  child.stdout.on('data', (data: Buffer) => output.push(data))
  child.stderr.on('data', (data: Buffer) => complaints.push(data))
  // One that ends early says why on its way out.
  child.stdin.on('error', () => {})
  child.stdin.end(cases.map(each => `${JSON.stringify(each)}\n`).join(''))
  const status = await new Promise<string>(resolve => {
    child.once('error', error => resolve(error.message))
    child.once('close', (code, signal) => resolve(`ended with ${code ?? signal}`))
  })
  const lines = Buffer.concat(output).toString().split('\n').filter(line => line !== '')
  if (lines.length !== cases.length) throw new CannotRun(`The decisions of ${name} answered ${lines.length} of ${cases.length} cases and ${status}:\n${Buffer.concat(complaints).toString().slice(-2000)}`)
  return lines.map(line => JSON.parse(line) as Decisions)
}
