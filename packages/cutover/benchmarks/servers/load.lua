-- The request of a block from the environment, and its outcome as one line of JSON.
wrk.method = os.getenv('LOAD_METHOD') or 'GET'
local size = tonumber(os.getenv('LOAD_BODY_BYTES') or '0')
if size > 0 then
  wrk.body = '{"pad":"' .. string.rep('x', size - 10) .. '"}'
  wrk.headers['Content-Type'] = 'application/json'
end

function done (summary, latency, requests)
  local errors = summary.errors
  io.write(string.format('{"requests":%d,"seconds":%.6f,"failed":%d,"p50":%.4f,"p95":%.4f,"p99":%.4f}\n',
    summary.requests, summary.duration / 1e6,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency:percentile(99) / 1000))
end
