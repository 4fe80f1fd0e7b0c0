import { CannotRun } from '../../harness/figure.ts'

/** Signs in to an example at `POST /api/auth/login`. @returns the token of its answer */
export async function signIn (example: string, origin: string, credentials: Readonly<Record<string, string>>): Promise<string> {
  const response = await fetch(`${origin}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(credentials)
  })
  const { token } = await response.json() as { token?: string }
  if (token === undefined) throw new CannotRun(`signing in to ${example} answered ${response.status}`)
  return token
}
