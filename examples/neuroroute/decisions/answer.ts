import { text } from 'node:stream/consumers'
import { decide } from './decide.ts'
import type { Case } from './vectors.ts'

// Answers each line of its input, a case, by a line with its decisions; `python3 -m legacy.decisions` does the same.
// Not by node:readline, which takes U+2028 for the end of a line.
for (const line of (await text(process.stdin)).split('\n')) {
  if (line !== '') process.stdout.write(`${JSON.stringify(decide(JSON.parse(line) as Case))}\n`)
}
