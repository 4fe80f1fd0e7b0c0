import { Types, type Connection } from 'mongoose'
import type { ListedUser, UserDirectory } from '../domain/social-ports.ts'

interface Row {
  _id: Types.ObjectId
  email: string
}

/** The addresses of the users in MongoDB. */
export function createUserDirectory (connection: Connection): UserDirectory {
  const users = connection.collection<Row>('users')
  return {
    async findByEmail (email) {
      const row = await users.findOne({ email })
      return row === null ? undefined : toListed(row)
    },

    async findByIds (ids) {
      return (await users.find({ _id: { $in: ids.map(id => new Types.ObjectId(id)) } }).toArray()).map(toListed)
    }
  }
}

function toListed ({ _id, email }: Row): ListedUser {
  return { id: _id.toHexString(), email }
}
