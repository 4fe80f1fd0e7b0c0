import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StatusResponse } from '../config/admin-api.ts'
import { findConfig, loadConfig } from '../config/load.ts'
import type { Settings } from '../config/settings.ts'
import type { CutoverError } from '../errors.ts'
import { adminClient } from './admin-client.ts'
import { configurationFindings } from './doctor/configuration.ts'
import { fail, warn, type Finding } from './doctor/finding.ts'
import { clockFinding, frameworkFindings, nodeFinding, peerFindings } from './doctor/machine.ts'
import { backendFindings, originTimes, portFindings } from './doctor/network.ts'
import { newestInJournal, stateFindings } from './doctor/state-folder.ts'
import { adminFileName, readAdminFile } from './find-switch.ts'
import type { AddCommand } from './command.ts'
import { voiceOf, type Colors, type GlobalOptions, type Surroundings } from './surroundings.ts'
import { alignedRows } from './text-table.ts'

/** `cutover doctor`: what could stand in the way, each with its remedy. */
export const doctorCommand: AddCommand = (program, surroundings, end) => {
  program.command('doctor')
    .description('check versions, config, ports, backends, permissions, journal, clock and token')
    .addHelpText('after', `
Works before \`cutover up\` and while it runs; changes nothing. Exits with 1 when a check fails;
a warning alone does not.

Examples:
  cutover doctor
  cutover doctor --json | jq '.findings[] | select(.state != "ok")'`)
    .action(async (_options: unknown, command) => {
      const options = command.optsWithGlobals() as GlobalOptions
      const voice = voiceOf(surroundings, options)
      const findings = await examine(surroundings, options)
      const failed = findings.filter(({ state }) => state === 'fail').length
      const warned = findings.filter(({ state }) => state === 'warn').length
      voice.result({ findings, failed, warned }, findingsText(findings, failed, warned, voice.colors))
      if (failed > 0) end(1)
    })
}

async function examine ({ cwd, env }: Surroundings, { config }: GlobalOptions): Promise<readonly Finding[]> {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as object
  const machine = [nodeFinding(process.versions.node), ...frameworkFindings(cwd), ...peerFindings(manifest, cwd)]
  let settings: Settings
  try {
    settings = await loadConfig({ cwd, file: config, env })
  } catch (error) {
    const { message, code } = error as CutoverError
    const remedy = code === 'CUT_CONFIG_NOT_FOUND' ? 'cutover init' : `Correct ${config ?? findConfig(cwd)}; ports, backends and the state folder are checked once it loads.`
    return [...machine, fail('config', message, remedy)]
  }
  const { running, finding } = await runningSwitch(join(settings.stateDir, adminFileName))
  const [ports, backends, times] = await Promise.all([portFindings(settings, running), backendFindings(settings, running), originTimes(settings)])
  return [
    ...machine,
    clockFinding(new Date(), times, newestInJournal(settings.stateDir)),
    ...configurationFindings(settings, env),
    ...stateFindings(settings.stateDir),
    ...ports,
    ...(finding === undefined ? [] : [finding]),
    ...backends
  ]
}

/** What the running switch says; a finding when it is there and does not answer. */
async function runningSwitch (file: string): Promise<{ running?: StatusResponse, finding?: Finding }> {
  const admin = readAdminFile(file)
  if (admin === undefined) return {}
  try {
    return { running: await adminClient(admin, file).status() }
  } catch (error) {
    const { code, message } = error as CutoverError
    return {
      finding: code === 'CUT_NOT_RUNNING'
        ? warn('switch', `${file} is left over from a switch that is gone, pid ${admin.pid}`, 'Nothing: the next `cutover up` replaces it.')
        : fail('switch', message, `Look at what process ${admin.pid} prints.`)
    }
  }
}

function findingsText (findings: readonly Finding[], failed: number, warned: number, colors: Colors): string {
  const marks = { ok: colors.green('✓'), warn: colors.yellow('!'), fail: colors.red('✗') }
  const width = Math.max(...findings.map(({ about }) => about.length))
  const lines = findings.flatMap(({ about, state, detail, remedy }) => {
    const [first = '', ...rest] = detail.split('\n')
    const indent = ' '.repeat(width + 4)
    return [
      ...alignedRows([[marks[state], about.padEnd(width), first]], ['left', 'left', 'left'], ' '),
      ...rest.map(line => indent + line.trimStart()),
      ...(remedy === undefined ? [] : [`${indent}${colors.cyan('→')} ${remedy}`])
    ]
  })
  const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`
  const verdict = failed > 0 ? colors.red(`${count(failed, 'problem')}, ${count(warned, 'warning')}.`) : warned > 0 ? colors.yellow(`No problem, ${count(warned, 'warning')}.`) : colors.green('All is well.')
  return [...lines, '', verdict].join('\n')
}
