// Sends GETs at a rate whatever the answers do, as independent clients would: a Poisson process, each request timed from
// when it was planned. Asked { url, rate, ms, warmMs, seed }.
import { connect } from 'node:net'
import { answer, ready } from './ready.mjs'

const request = Buffer.from('GET /items HTTP/1.1\r\nHost: bench\r\n\r\n')
const most = 256
const buffer = Buffer.alloc(65_536)

function send ({ url, rate, ms, warmMs, seed }) {
  const { hostname, port } = new URL(url)
  const planned = moments(rate, ms, seed)
  const times = new Float64Array(planned.length)
  const late = new Float64Array(planned.length)
  const idle = []
  const waiting = []
  const open = new Set()
  const before = process.cpuUsage()
  let [failed, sent, answered, measured, taken] = [0, 0, 0, 0, 0]
  return new Promise(resolve => {
    const from = performance.now()
    const begin = (connection, place) => {
      connection.place = place
      connection.socket.write(request)
    }
    const end = () => {
      clearTimeout(limit)
      for (const { socket } of open) socket.destroy()
      const seconds = (performance.now() - from) / 1000
      const { user, system } = process.cpuUsage(before)
      const at = (samples, part) => samples[Math.min(samples.length - 1, Math.floor(part * samples.length))]
      const sorted = times.subarray(0, measured).sort()
      const sortedLate = late.subarray(0, taken).sort()
      resolve({
        requests: measured,
        failed,
        p50: at(sorted, 0.5),
        p95: at(sorted, 0.95),
        p99: at(sorted, 0.99),
        late99: at(sortedLate, 0.99),
        busy: (user + system) / 1e6 / seconds
      })
    }
    const over = connection => {
      answered++
      const next = waiting.shift()
      if (next !== undefined) begin(connection, next)
      else idle.push(connection)
      if (answered === planned.length) end()
    }
    const read = (connection, bytes) => {
      // Every answer is one small JSON object.
      if (buffer[bytes - 1] !== 125) return
      if (buffer[9] !== 50) failed++
      if (planned[connection.place] >= warmMs) times[measured++] = performance.now() - from - planned[connection.place]
      over(connection)
    }
    const make = place => {
      const connection = { place, socket: undefined }
      connection.socket = connect({ host: hostname, port, noDelay: true, onread: { buffer, callback: bytes => { read(connection, bytes); return true } } })
      open.add(connection)
      connection.socket.on('connect', () => begin(connection, place))
      connection.socket.on('error', () => {})
      connection.socket.on('close', () => {
        if (!open.delete(connection) || answered >= planned.length) return
        failed++
        answered++
        if (answered === planned.length) end()
      })
    }
    // It does not sleep: a timer would send what is due in a millisecond all at once.
    const turn = () => {
      const now = performance.now() - from
      while (sent < planned.length && planned[sent] <= now) {
        const place = sent++
        if (planned[place] >= warmMs) late[taken++] = now - planned[place]
        const connection = idle.pop()
        if (connection !== undefined) begin(connection, place)
        else if (open.size < most) make(place)
        else waiting.push(place)
      }
      if (answered < planned.length) setImmediate(turn)
    }
    const limit = setTimeout(() => {
      failed += planned.length - answered
      answered = planned.length
      end()
    }, ms + 5_000)
    turn()
  })
}

/** When each request is due, milliseconds from the start. */
function moments (rate, ms, seed) {
  const list = []
  let state = seed >>> 0
  for (let at = 0; ; list.push(at)) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    at -= Math.log((state + 1) / 4_294_967_297) * 1000 / rate
    if (at >= ms) return Float64Array.from(list)
  }
}

answer(send)
ready('http://sender.invalid')
