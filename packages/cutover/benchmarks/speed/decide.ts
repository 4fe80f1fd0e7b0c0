import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { bound, CannotRun, type Figure, type Options } from '../harness/figure.ts'
import { machine } from '../harness/machine.ts'
import { median, pairedRatios, ratioInterval, seeded } from '../harness/statistics.ts'
import { commandLine } from '../harness/tools.ts'

interface Measured {
  readonly few: number[]
  readonly many: number[]
  readonly bytes: { readonly few: number[], readonly many: number[] }
  readonly bytesOfFourFields: number
}

/** The time and memory of one decision, and how they grow with the number of routes. */
export async function run (options: Options): Promise<Figure> {
  const starts = options.quick ? 1 : 5
  const rounds = options.quick ? 5 : Math.max(5, Math.round((options.seconds ?? 60) / starts * 2))
  const measured: Measured[] = []
  for (let start = 0; start < starts; start++) {
    measured.push(await measure(rounds))
    options.log(`start ${start + 1}/${starts}: ${median(measured.at(-1)!.few).toFixed(1)} ns with 10 routes, ${median(measured.at(-1)!.many).toFixed(1)} ns with 10 000`)
  }
  const all = (read: (one: Measured) => number[]) => measured.flatMap(read)
  return {
    figure: 'decide',
    bounds: [
      bound('growth', '<= 1.5', ratioInterval(measured.map(one => pairedRatios(one.many, one.few)), seeded(1))),
      bound('ns_10', '', median(all(one => one.few))),
      bound('ns_10000', '', median(all(one => one.many))),
      bound('bytes_per_decision', '<= 256', Math.max(0, median(all(one => one.bytes.few)), median(all(one => one.bytes.many))))
    ],
    bytes_10: median(all(one => one.bytes.few)),
    bytes_10000: median(all(one => one.bytes.many)),
    // An object of four fields takes 56 bytes: so much is the way of counting off.
    calibration_bytes: median(measured.map(one => one.bytesOfFourFields)),
    method: '60 % static, 30 % :param, 10 % wildcard routes; 2 features of 5 routes against 100 of 100, half of them sticky by a header; look-ups drawn evenly over all routes, each with strings of its own; batches of 256, interleaved in one process; value: ratio of the median batches of each round, the middle half of the rounds of each start, geometric mean over starts',
    starts,
    rounds,
    machine: machine()
  }
}

async function measure (rounds: number): Promise<Measured> {
  const path = fileURLToPath(new URL('../servers/decide.mjs', import.meta.url))
  const [file, args] = commandLine('server', process.execPath, ['--expose-gc', path, String(rounds), '400'])
  try {
    const { stdout } = await promisify(execFile)(file, args, { timeout: 240_000, killSignal: 'SIGKILL' })
    return JSON.parse(stdout.trim().split('\n').at(-1)!) as Measured
  } catch (error) {
    throw new CannotRun(`decide.mjs failed: ${error instanceof Error ? error.message : String(error)}`)
  }
}
