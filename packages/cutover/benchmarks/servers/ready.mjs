/** Tells the harness where this server listens. */
export function ready (url, more = {}) {
  console.log(`READY ${JSON.stringify({ ...more, url })}`)
}

/** Listens on a port of loopback and tells the harness. */
export function listen (server, port = 0) {
  server.listen(port, '127.0.0.1', () => ready(`http://127.0.0.1:${server.address().port}`))
}

/** Answers the harness's questions, and ends with it. */
export function answer (reply) {
  process.on('message', async ({ id, question }) => {
    try {
      process.send({ id, answer: await reply(question) })
    } catch (error) {
      process.send({ id, error: String(error?.stack ?? error) })
    }
  })
  process.on('disconnect', () => process.exit())
}
