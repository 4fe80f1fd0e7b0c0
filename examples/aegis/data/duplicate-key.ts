import { mongo } from 'mongoose'

/** What `work` gives, or undefined when a unique index says that it is there already. */
export async function unlessDuplicate<Value> (work: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof mongo.MongoServerError && error.code === 11000) return undefined
    throw error
  }
}
