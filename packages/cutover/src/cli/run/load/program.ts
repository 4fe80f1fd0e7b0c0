import { startClients, type Clients } from './clients.ts'
import type { LoadMessage, LoadReport } from './protocol.ts'

// The clients of `cutover run`, in a process of their own: they are not to slow down what they ask.

const everyMs = 200
const stopping = new AbortController()
let clients: Clients | undefined
let focus: string | null = null

function tell (report: LoadReport): void {
  if (process.connected) process.send?.(report)
}

process.on('message', (message: LoadMessage) => {
  if ('task' in message) {
    startClients(message.task, stopping.signal).then(async started => {
      clients = started
      clients.focus = focus
      const timer = setInterval(() => tell({ tally: started.tally.counts }), everyMs)
      await started.stopped
      clearInterval(timer)
      tell({ tally: started.tally.counts, done: true })
    }).catch((error: Error & { code?: string }) => tell({ broken: error.message, ...(error.code !== undefined && { code: error.code }) }))
  } else if ('focus' in message) {
    focus = message.focus
    if (clients !== undefined) clients.focus = focus
  } else stopping.abort()
})
process.on('disconnect', () => process.exit(0))
// Ctrl-c goes to the whole group; whoever started this says when it ends.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => {})
