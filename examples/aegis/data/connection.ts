import mongoose, { type Connection } from 'mongoose'

/** Connects to the database that the URL names. Nothing is created by itself: each repository prepares its own collections. */
export async function connect (url: string): Promise<Connection> {
  return await mongoose.createConnection(url, { autoCreate: false, autoIndex: false, bufferCommands: false, serverSelectionTimeoutMS: 5_000 }).asPromise()
}
