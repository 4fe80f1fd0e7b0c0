// A small server that does some work for each request, so that it is the limit and not the load.
// PASSES is how often it goes through that work.
import { createServer } from 'node:http'

const passes = Number(process.env.PASSES ?? 150_000)
const records = Array.from({ length: 6 }, (_, at) => ({ id: at, plate: `AB-${1000 + at}`, price: at * 1.25, tags: ['fleet', 'north'] }))

createServer((request, response) => {
  let sum = 0
  for (let pass = 0; pass < passes; pass++) sum = (sum * 31 + (pass ^ sum)) % 1_000_003
  response.setHeader('content-type', 'application/json')
  // The sum is used, so that the work cannot be left out.
  response.end(JSON.stringify({ records, done: sum >= -1_000_003 }))
}).listen(Number(process.env.PORT ?? 0), '127.0.0.1')
