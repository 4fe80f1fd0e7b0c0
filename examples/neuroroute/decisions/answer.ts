import { createInterface } from 'node:readline'
import { decide } from './decide.ts'
import type { Case } from './vectors.ts'

// Answers each line of its input, a case, by a line with its decisions; `python3 -m legacy.decisions` does the same.
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(decide(JSON.parse(line) as Case))}\n`)
}
