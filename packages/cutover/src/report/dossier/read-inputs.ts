import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { availableParallelism, cpus, platform, release } from 'node:os'
import { basename, join, relative } from 'node:path'
import type { JournalEntry } from '../../config/control.ts'
import type { BackendSettings, Settings } from '../../config/settings.ts'
import { version } from '../../config/version.ts'
import type { RolloutSample } from '../../rollout/sample.ts'
import { parseKeptParity, type KeptCommand, type KeptParity } from '../kept-parity.ts'
import { parseTraffic } from '../traffic.ts'
import type { DossierInputs, DossierSettings, KeptSource } from './inputs.ts'
import { isBenchResult, isJournalEntry, isRolloutSample } from './kept-shapes.ts'

const mostBenches = 5
const mostRollouts = 200
const mostBytes = 200_000_000

/** Reads what the state folder holds; what is missing or broken is said, and stops nothing. Writes nothing. */
export async function readInputs (stateDir: string, settings: DossierSettings, id: string, at: Date): Promise<DossierInputs> {
  const read = async <T>(file: string, parse: (text: string) => Parsed<T>): Promise<KeptSource<T> | undefined> => await readSource(stateDir, file, parse)
  const parity: Partial<Record<KeptCommand, KeptSource<KeptParity>>> = {}
  for (const command of ['verify', 'fuzz', 'replay'] as const) {
    const kept = await read(`parity/${command}.json`, json(value => parseKeptParity(value, command)))
    if (kept !== undefined) parity[command] = kept
  }
  const benches = await all((await namesIn(join(stateDir, 'bench'), '.json')).map(async name => await read(`bench/${name}`, json(value => isBenchResult(value) ? value : undefined))))
  const journal = await read('journal.ndjson', lines<JournalEntry>(isJournalEntry))
  const rollouts = [...new Set((journal?.value ?? []).flatMap(entry => entry.kind === 'rollout' ? [entry.rollout] : []))].filter(rollout => /^[\w.-]+$/.test(rollout)).slice(-mostRollouts)
  const samples: Record<string, KeptSource<readonly RolloutSample[]>> = {}
  for (const rollout of rollouts) {
    const kept = await read(`rollouts/${rollout}.ndjson`, lines<RolloutSample>(isRolloutSample))
    if (kept !== undefined) samples[rollout] = kept
  }
  return {
    id,
    at,
    settings,
    parity,
    bench: benches.toSorted((a, b) => (b.value?.at ?? '') < (a.value?.at ?? '') ? -1 : 1).slice(0, mostBenches),
    journal,
    samples,
    traffic: await read('traffic.json', json(parseTraffic)),
    environment: { cutover: version, node: process.versions.node, cpu: cpus()[0]?.model.trim() ?? 'unknown', cores: availableParallelism(), platform: `${platform()} ${release()}` }
  }
}

/** What the report tells of the configuration. */
export function dossierSettings (settings: Settings): DossierSettings {
  const { rollout, plan, features, breaker, envFile, folder, legacy, candidate } = settings
  return {
    project: basename(folder),
    features,
    stages: rollout.stages,
    holdMs: rollout.holdMs,
    minimumRequests: rollout.minimumRequests,
    alpha: rollout.alpha,
    confidence: rollout.confidence,
    order: rollout.order,
    gates: rollout.gates,
    version: rollout.version,
    plan,
    breaker: breaker.enabled,
    envFile: envFile === undefined ? undefined : relative(folder, envFile),
    backends: { legacy: backendText(legacy, folder), candidate: backendText(candidate, folder) }
  }
}

/** A URL's credentials stay out of it, and so do a command's arguments, which may hold some. */
function backendText ({ source }: BackendSettings, folder: string): string {
  switch (source.kind) {
    case 'module': return `${relative(folder, source.path)}${source.export === 'default' ? '' : ` (${source.export})`}`
    case 'listener': return 'an application in the config'
    case 'command': return `a command at ${source.url.origin}`
    case 'origin': return source.url.origin
  }
}

type Parsed<T> = { readonly value: T, readonly problem?: string } | { readonly problem: string }

function json<T> (take: (value: unknown) => T | undefined): (text: string) => Parsed<T> {
  return text => {
    const value = take(JSON.parse(text))
    return value === undefined ? { problem: 'it is not of this version, or not whole' } : { value }
  }
}

/** A last line that a crash cut short was never acknowledged; any other that cannot be read is told. */
function lines<T> (isWhole: (value: unknown) => value is T): (text: string) => Parsed<readonly T[]> {
  return text => {
    const found: T[] = []
    const broken: number[] = []
    text.slice(0, text.lastIndexOf('\n') + 1).split('\n').forEach((line, place) => {
      if (line === '') return
      try {
        const value: unknown = JSON.parse(line)
        if (isWhole(value)) found.push(value)
        else broken.push(place + 1)
      } catch {
        broken.push(place + 1)
      }
    })
    return { value: found, ...(broken.length > 0 && { problem: `${broken.length === 1 ? `line ${broken[0]} cannot be read, and is` : `${broken.length} lines cannot be read (the first is ${broken[0]}), and are`} not in this report` }) }
  }
}

async function readSource<T> (stateDir: string, file: string, parse: (text: string) => Parsed<T>): Promise<KeptSource<T> | undefined> {
  const path = join(stateDir, file)
  let bytes = 0
  try {
    bytes = (await stat(path)).size
    if (bytes > mostBytes) return { file, bytes, sha256: '', problem: `it is larger than ${mostBytes} bytes` }
    const content = await readFile(path)
    const facts = { file, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') }
    try {
      return { ...facts, ...parse(content.toString('utf8')) }
    } catch (error) {
      return { ...facts, problem: (error as Error).message }
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return code === 'ENOENT' ? undefined : { file, bytes, sha256: '', problem: message }
  }
}

async function namesIn (folder: string, ending: string): Promise<readonly string[]> {
  try {
    // Ids begin with their date: the newest of very many are enough.
    return (await readdir(folder)).filter(name => name.endsWith(ending) && !name.startsWith('.')).toSorted().slice(-50)
  } catch {
    return []
  }
}

async function all<T> (wanted: ReadonlyArray<Promise<T | undefined>>): Promise<readonly T[]> {
  return (await Promise.all(wanted)).filter(value => value !== undefined)
}
