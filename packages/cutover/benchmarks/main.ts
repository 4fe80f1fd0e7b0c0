import { describe, isMet, CannotRun, type Program } from './harness/figure.ts'

const programs: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  bench: {
    switch: './speed/switch.ts',
    gateway: './speed/gateway.ts',
    decide: './speed/decide.ts',
    vehicles: './speed/vehicles.ts',
    assistant: './speed/assistant.ts',
    aegis: './speed/aegis.ts',
    neuroroute: './speed/neuroroute.ts',
    compare: './speed/compare.ts',
    shadow: './speed/shadow.ts',
    compat: '../../fastify-express-compat/benchmarks/bench-compat.ts'
  },
  prove: {
    crash: './proofs/crash.ts',
    evidence: './proofs/evidence.ts',
    examples: './proofs/examples.ts',
    fallback: './proofs/fallback.ts',
    outage: './proofs/outage.ts',
    rollback: './proofs/rollback.ts',
    sockets: './proofs/sockets.ts',
    split: './proofs/split.ts',
    streams: './proofs/streams.ts',
    shrink: './proofs/shrink.ts',
    mutants: './proofs/mutants.ts',
    ownership: './proofs/ownership.ts',
    vectors: './proofs/vectors.ts',
    aa: './proofs/aa.ts',
    compat: '../../fastify-express-compat/benchmarks/prove-compat.ts'
  }
}

process.exitCode = await main(process.argv.slice(2))

async function main ([kind = '', ...words]: readonly string[]): Promise<number> {
  const table = programs[kind]
  const name = words.find((word, place) => !word.startsWith('-') && !['--seconds', '--runs'].includes(words[place - 1] ?? ''))
  const file = name === undefined ? undefined : table?.[name]
  if (table === undefined || name === undefined || file === undefined) {
    const names = Object.entries(programs).map(([each, known]) => `  npm run ${each} -- ${Object.keys(known).join(' | ')}`)
    console.error(`${name === undefined ? 'Name a figure' : `There is no figure "${name}"`}:\n${names.join('\n')}\nOptions: --quick, --seconds N, --runs N`)
    return 2
  }
  const seconds = words.includes('--seconds') ? Number(words[words.indexOf('--seconds') + 1]) : undefined
  if (seconds !== undefined && !(seconds > 0)) {
    console.error('--seconds needs a number above 0')
    return 2
  }
  const runs = words.includes('--runs') ? Number(words[words.indexOf('--runs') + 1]) : undefined
  if (runs !== undefined && !(Number.isInteger(runs) && runs > 0)) {
    console.error('--runs needs a whole number above 0')
    return 2
  }
  try {
    const program = await import(new URL(file, import.meta.url).href) as Program
    const figure = await program.run({ log: line => console.log(line), quick: words.includes('--quick'), seconds, runs })
    for (const bound of figure.bounds) console.log(describe(bound))
    console.log(JSON.stringify(figure))
    return figure.bounds.every(isMet) ? 0 : 1
  } catch (error) {
    console.error(error instanceof CannotRun ? error.message : error)
    return 3
  }
}
