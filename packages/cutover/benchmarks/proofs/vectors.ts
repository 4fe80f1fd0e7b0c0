import { isDeepStrictEqual } from 'node:util'
import { join } from 'node:path'
import { readVectors, type Case, type Decisions } from '../../../../examples/neuroroute/decisions/vectors.ts'
import { pythonOrDefault } from '../../../../examples/neuroroute/python.ts'
import { misjudged } from '../../../../examples/neuroroute/tests/decisions/misjudged.ts'
import { bound, CannotRun, type Figure, type Options } from '../harness/figure.ts'
import { machine } from '../harness/machine.ts'
import { withScratch } from '../harness/scratch.ts'
import { faults, type Fault } from './vectors/faults.ts'
import { generate } from './vectors/generate.ts'
import { copyWith, sideOf } from './vectors/sides.ts'

const seed = 20261122

/** Whether Python and TypeScript decide alike about prompts: on vectors that a person judged, on generated ones, and with a fault in one of them. */
export async function run ({ log, quick, runs }: Options): Promise<Figure> {
  const vectors = readVectors()
  const cases = generate(runs ?? (quick ? 500 : 10_000), seed)
  const planted = quick ? faults.filter((_, place) => place % 8 === 0) : faults
  const interpreter = pythonOrDefault()
  const [python, typescript] = [sideOf('python', interpreter), sideOf('typescript', interpreter)]

  const [byPython, byTypescript] = await Promise.all([python.decide(vectors), typescript.decide(vectors)])
  const disagreeing = vectors.filter(({ expected }, place) => !isDeepStrictEqual(byPython[place], expected) || !isDeepStrictEqual(byTypescript[place], expected))
  const wrong = vectors.flatMap(vector => misjudged(vector))
  for (const line of [...disagreeing.map(({ name }) => `they disagree: ${name}`), ...wrong]) log(line)
  log(`${vectors.length} vectors: ${disagreeing.length} disagreements`)

  const [generatedByPython, generatedByTypescript] = await Promise.all([python.decide(cases), typescript.decide(cases)])
  const differing = different(generatedByPython, generatedByTypescript)
  for (const place of differing.slice(0, 5)) log(`they disagree: ${JSON.stringify({ ...cases[place], python: generatedByPython[place], typescript: generatedByTypescript[place] }).slice(0, 2000)}`)
  log(`${cases.length} generated prompts: ${differing.length} disagreements`)

  // Against the other language's answers, as any fault would be; not against the expectations.
  const some = cases.slice(0, 2_000)
  const found: Found[] = []
  for (const fault of planted) {
    const [ofVectors, ofGenerated] = fault.side === 'python' ? [byTypescript, generatedByTypescript] : [byPython, generatedByPython]
    const one = await hunt(fault, interpreter, vectors, some, [...ofVectors, ...ofGenerated.slice(0, some.length)])
    found.push(one)
    log(`${one.vectors + one.generated > 0 ? 'found ' : 'MISSED'} ${fault.side}: ${fault.name} (${one.vectors} vectors, ${one.generated} generated)`)
  }
  return {
    figure: 'vectors',
    bounds: [
      bound('prompts', '>= 300', vectors.length),
      bound('disagreements', '== 0', disagreeing.length),
      bound('judged', '>= 300', vectors.filter(({ meant }) => meant !== undefined).length),
      bound('misjudged', '== 0', wrong.length),
      bound('generated', quick ? '' : '>= 2000', cases.length),
      bound('generated_disagreements', '== 0', differing.length),
      bound('faults_found', `== ${planted.length}`, found.filter(({ vectors, generated }) => vectors + generated > 0).length),
      bound('faults_found_by_vectors', '', found.filter(({ vectors }) => vectors > 0).length)
    ],
    generated_kinds: kindsOf(generatedByPython),
    faults: found,
    seed,
    method: 'each side in a process of its own, asked the same lines: classification, ranking, cache key, and costs of every model. A disagreement is a vector on which either is not as expected. Judged: what a person says that must come out, compared with what is expected. Faults: one at a time in a copy of one side or of the data that it reads; found, if it then differs from the other side',
    machine: machine()
  }
}

interface Found {
  readonly name: string
  readonly side: Fault['side']
  /** How many of each showed it. */
  readonly vectors: number
  readonly generated: number
}

async function hunt (fault: Fault, interpreter: string, vectors: readonly Case[], cases: readonly Case[], others: readonly Decisions[]): Promise<Found> {
  return await withScratch(async scratch => {
    const folder = join(scratch, 'neuroroute')
    await copyWith(fault, folder).catch((error: unknown) => {
      throw new CannotRun(`The list of faults is out of date: ${fault.name}: ${(error as Error).message}`)
    })
    const places = different(await sideOf(fault.side, interpreter, folder).decide([...vectors, ...cases]), others)
    const ofVectors = places.filter(place => place < vectors.length).length
    return { name: fault.name, side: fault.side, vectors: ofVectors, generated: places.length - ofVectors }
  })
}

function different (some: readonly Decisions[], others: readonly Decisions[]): number[] {
  return [...some.keys()].filter(place => !isDeepStrictEqual(some[place], others[place]))
}

/** How the generated cases are spread: one that all end alike would show little. */
function kindsOf (decisions: readonly Decisions[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>()
  for (const { classification, ranking } of decisions) {
    for (const kind of [classification.category, ranking.outcome]) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  return { ...Object.fromEntries(counts), languages: new Set(decisions.map(({ classification }) => classification.language)).size }
}
