import fc from 'fast-check'
import { after, before, describe, test } from 'node:test'
import { startPair, type Pair } from './comparison.ts'
import { families } from './generated-requests.ts'
import { skipProbe } from './probe-server.ts'

const skip = skipProbe()
/** Of each family; FASTAPI_COMPAT_CASES=5000 looks further. */
const numRuns = Number(process.env.FASTAPI_COMPAT_CASES ?? 100)

describe('generated requests are answered as by FastAPI', { skip }, () => {
  let pair: Pair
  before(async () => { pair = await startPair() })
  after(async () => { await pair.close() })

  for (const [name, requests] of Object.entries(families)) {
    test(name, async () => {
      await fc.assert(fc.asyncProperty(requests, request => pair.compare(request)), { numRuns, endOnFailure: process.env.FASTAPI_COMPAT_SHRINK === undefined })
    })
  }
})
