import { writeFileSync } from 'node:fs'
import { decide } from './decide.ts'
import { readVectors, vectorsFile } from './vectors.ts'

// Writes into vectors.json what TypeScript decides now. What is meant stays, and the tests hold both against it:
//   node --import tsx examples/neuroroute/decisions/record.ts
const vectors = readVectors().map(vector => JSON.stringify({ ...vector, expected: decide(vector) }))
writeFileSync(vectorsFile, `[\n${vectors.join(',\n')}\n]\n`)
