import { runServer } from '@cutover-examples/runtime/run-server'
import { startStandIn } from './stand-in.ts'

// The stand-in as a process of its own: for a compose file, for tests of other languages, or to look at.
await runServer(async () => await startStandIn({ port: Number(process.env.PORT ?? 8080), host: process.env.HOST ?? '127.0.0.1' }))

// A parent that is killed takes it along.
if (process.env.CLOSE_WITH_STDIN === 'true') process.stdin.resume().once('close', () => process.emit('SIGTERM')).unref()
