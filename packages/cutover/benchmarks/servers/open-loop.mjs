// Sends GETs at a fixed rate whatever the answers do, each timed from when it was planned. Asked { url, rate, ms, warmMs }.
import { connect } from 'node:net'
import { answer, ready } from './ready.mjs'

const request = Buffer.from('GET /items HTTP/1.1\r\nHost: bench\r\n\r\n')
const most = 256

function send ({ url, rate, ms, warmMs }) {
  const { hostname, port } = new URL(url)
  const times = []
  const idle = []
  const waiting = []
  const open = new Set()
  let failed = 0
  let latest = 0
  return new Promise(resolve => {
    const from = performance.now()
    const total = Math.round(ms / 1000 * rate)
    let sent = 0
    let answered = 0
    const begin = (connection, planned) => {
      connection.planned = planned
      connection.socket.write(request)
    }
    const end = () => {
      for (const { socket } of open) socket.destroy()
      times.sort((a, b) => a - b)
      const at = part => times[Math.min(times.length - 1, Math.floor(part * times.length))]
      resolve({ requests: times.length, failed, p50: at(0.5), p95: at(0.95), p99: at(0.99), latest })
    }
    const over = connection => {
      answered++
      const next = waiting.shift()
      if (next !== undefined) begin(connection, next)
      else idle.push(connection)
      if (answered === total) end()
    }
    const make = planned => {
      const connection = { planned, socket: connect({ host: hostname, port, noDelay: true }) }
      open.add(connection)
      connection.socket.on('connect', () => begin(connection, planned))
      connection.socket.on('data', data => {
        // Every answer is one small JSON object.
        if (data[data.length - 1] !== 125) return
        if (data[9] !== 50) failed++
        if (connection.planned - from >= warmMs) times.push(performance.now() - connection.planned)
        over(connection)
      })
      connection.socket.on('error', () => {})
      connection.socket.on('close', () => {
        if (!open.delete(connection) || answered >= total) return
        failed++
        answered++
        if (answered === total) end()
      })
    }
    const timer = setInterval(() => {
      const now = performance.now()
      while (sent < total && from + sent * 1000 / rate <= now) {
        const planned = from + sent++ * 1000 / rate
        latest = Math.max(latest, now - planned)
        const connection = idle.pop()
        if (connection !== undefined) begin(connection, planned)
        else if (open.size < most) make(planned)
        else waiting.push(planned)
      }
      if (sent === total) clearInterval(timer)
    }, 1)
    setTimeout(() => { if (answered < total) { clearInterval(timer); failed += total - answered; answered = total; end() } }, ms + 5_000).unref()
  })
}

answer(send)
ready('http://sender.invalid')
