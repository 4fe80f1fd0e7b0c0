// Loaded into a backend before its own code: tells the proof how many cursors its database client holds open. Each has a
// session for as long as it is open; so has an operation, for as long as it takes.
import { createRequire } from 'node:module'

const { MongoClient } = createRequire(`${process.env.STREAMS_WORKSPACE}/package.json`)('mongodb')
const clients = new Set()
const { connect } = MongoClient.prototype
MongoClient.prototype.connect = function (...words) {
  clients.add(this)
  return connect.apply(this, words)
}

process.on('message', ({ id }) => {
  let sessions = 0
  for (const client of clients) sessions += client.s.activeSessions.size
  process.send({ id, answer: clients.size === 0 ? null : sessions })
})
process.channel.unref()
process.on('disconnect', () => process.exit())
