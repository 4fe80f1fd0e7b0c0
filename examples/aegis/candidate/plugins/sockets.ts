import fp from 'fastify-plugin'
import { attachRealtime } from '../../realtime/realtime.ts'
import type { Services } from '../../services.ts'

/** Socket.IO on the server of the app. */
export default fp<{ services: Pick<Services, 'realtime'> }>(async (app, { services }) => {
  const realtime = attachRealtime(app.server, services.realtime)
  // Before the server waits for what is open: a long poll would keep it waiting.
  app.addHook('preClose', async () => { await realtime.close() })
}, { name: 'sockets' })
