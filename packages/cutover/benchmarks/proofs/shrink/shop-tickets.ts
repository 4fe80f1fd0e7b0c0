import { problem, whole, type Routes } from './routes.ts'
import type { Ticket } from './world.ts'

const statuses = ['open', 'pending', 'closed'] as const

/** `/tickets`. */
export const answerTickets: Routes = ({ method, path: [root, id, action, ...rest], query, body }, world, fault) => {
  if (root !== 'tickets' || rest.length > 0) return undefined
  if (id === undefined) {
    if (method === 'POST') {
      const { subject } = body
      if (typeof subject !== 'string' || subject === '') return problem(400, 'subject must not be empty')
      const ticket: Ticket = { id: world.tickets.size + 1, subject, status: 'open', resolution: null, comments: [] }
      world.tickets.set(ticket.id, ticket)
      world.hidden.ticketIndex.set(ticket.id, 'open')
      return { status: 201, json: ticket }
    }
    const status = query.get('status')
    if (method !== 'GET') return problem(405, 'not here')
    if (status !== null && !statuses.some(each => each === status)) return problem(400, 'status must be open, pending or closed')
    const statusOf = (ticket: Ticket): string => fault === 'filter-by-first-status' ? world.hidden.ticketIndex.get(ticket.id)! : ticket.status
    return { status: 200, json: [...world.tickets.values()].filter(ticket => status === null || statusOf(ticket) === status) }
  }
  const ticket = world.tickets.get(whole(id, 1, 1e9) ?? 0)
  if (ticket === undefined) return problem(404, 'there is no such ticket')
  if (action === undefined && method === 'PATCH') {
    const status = statuses.find(each => each === body.status)
    if (status === undefined) return problem(400, 'status must be open, pending or closed')
    ticket.resolution = status === 'closed' ? 'done' : fault === 'reopened-stays-resolved' ? ticket.resolution : null
    ticket.status = status
    return { status: 200, json: ticket }
  }
  if (action !== 'comments' || method !== 'POST') return problem(404, 'there is nothing here')
  const { text } = body
  if (typeof text !== 'string' || text.length > 200) return problem(400, 'text must have at most 200 characters')
  if (ticket.status === 'closed' && fault !== 'comment-on-closed') return problem(409, 'the ticket is closed')
  const before = ticket.comments.length
  const comment = { position: fault === 'third-comment' && before >= 2 ? before : before + 1, text }
  ticket.comments.push(comment)
  return { status: 201, json: comment }
}
