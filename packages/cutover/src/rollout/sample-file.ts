import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RolloutSample } from './sample.ts'

/** Where samples of rollouts are kept. Never throws and never waits. */
export interface SampleKeeper {
  /** @param always whether it is kept however short the time since the one before is */
  add (rollout: string, sample: RolloutSample, always: boolean): void
  /** Resolves once what was added is written. */
  flush (): Promise<void>
}

export const noSamples: SampleKeeper = { add: () => {}, flush: async () => {} }

const mostLines = 2_000
const everyMs = 1_000

interface Kept {
  lines: number
  readonly first: number
  last: number
}

/**
 * Keeps samples in a file for each rollout, at most 2 000 lines of it: about one a second, and of a long rollout fewer.
 * @param folder made when it is not there, readable by its owner only
 * @param tell told once when it cannot be written
 */
export function sampleFiles (folder: string, tell: (error: Error) => void): SampleKeeper {
  const known = new Map<string, Kept>()
  let writing = Promise.resolve()
  let waiting = 0
  let told = false
  const write = async (rollout: string, sample: RolloutSample, always: boolean): Promise<void> => {
    const file = sampleFile(folder, rollout)
    const at = Date.parse(sample.at)
    let kept = known.get(rollout)
    if (kept === undefined) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const before = await readSamples(file)
      // A line that a crash cut short must not make one with the next.
      if (before.length > 0) await rewrite(file, before)
      kept = { lines: before.length, first: Date.parse(before[0]?.at ?? sample.at), last: Date.parse(before.at(-1)?.at ?? '') || Number.NEGATIVE_INFINITY }
      known.clear()
      known.set(rollout, kept)
    }
    if (!always && at - kept.last < Math.max(everyMs, (at - kept.first) / (mostLines / 2))) return
    if (kept.lines >= mostLines) {
      const thinned = (await readSamples(file)).filter((_, place) => place % 2 === 0)
      await rewrite(file, thinned)
      kept.lines = thinned.length
    }
    await appendFile(file, JSON.stringify(sample) + '\n', { mode: 0o600 })
    kept.lines++
    kept.last = at
  }
  return {
    add (rollout, sample, always) {
      // A disk that does not keep up costs samples, not memory.
      if (waiting >= 10) return
      waiting++
      writing = writing.then(async () => await write(rollout, sample, always)).catch((error: Error) => {
        known.clear()
        if (!told) tell(error)
        told = true
      }).finally(() => { waiting-- })
    },
    flush: async () => await writing
  }
}

/** The file of a rollout's samples. */
export function sampleFile (folder: string, rollout: string): string {
  return join(folder, `${rollout}.ndjson`)
}

/** Reads a file of samples; nothing when it is not there, and without lines that cannot be read. */
export async function readSamples (file: string): Promise<RolloutSample[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  return text.split('\n').flatMap(line => {
    try {
      const sample = JSON.parse(line) as Partial<RolloutSample> | null
      return typeof sample?.at === 'string' && !Number.isNaN(Date.parse(sample.at)) && Array.isArray(sample.gates) ? [sample as RolloutSample] : []
    } catch {
      return []
    }
  })
}

async function rewrite (file: string, samples: readonly RolloutSample[]): Promise<void> {
  await writeFile(`${file}.new`, samples.map(sample => JSON.stringify(sample) + '\n').join(''), { mode: 0o600 })
  await rename(`${file}.new`, file)
}
