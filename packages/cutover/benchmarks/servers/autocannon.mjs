// One block of load where wrk is missing: the same JSON line as load.lua.
import autocannon from 'autocannon'
import { build } from 'hdr-histogram-js'

const load = JSON.parse(process.argv[2])
const latencies = build({ lowestDiscernibleValue: 1, highestTrackableValue: 60_000_000, numberOfSignificantValueDigits: 3 })
const run = autocannon({
  url: load.url,
  connections: load.connections,
  duration: load.seconds,
  method: load.method ?? 'GET',
  headers: { ...load.headers, ...(load.bodyBytes ? { 'content-type': 'application/json' } : {}) },
  ...(load.bodyBytes ? { body: `{"pad":"${'x'.repeat(load.bodyBytes - 10)}"}` } : {})
})
run.on('response', (client, status, bytes, milliseconds) => latencies.recordValue(Math.max(1, Math.round(milliseconds * 1000))))
const result = await run
const at = percent => latencies.getValueAtPercentile(percent) / 1000
console.log(JSON.stringify({
  requests: result.requests.total,
  seconds: result.duration,
  failed: result.errors + result.timeouts + result['4xx'] + result['5xx'],
  p50: at(50),
  p95: at(95),
  p99: at(99)
}))
