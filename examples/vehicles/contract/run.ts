import { request as httpRequest } from 'node:http'
import type { Scenario, Step } from './scenario.ts'

/** One request with its answer, as observed. */
export interface Exchange {
  readonly step: Step
  readonly method: string
  readonly path: string
  readonly status: number
  /** Names in lower case; several values of one name in the order sent. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: string
}

type Variables = Record<string, string>

/**
 * Sends a scenario's requests, one after the other, each on its own connection.
 * @param base the server's URL, without a path
 * @throws Error when the server does not answer, or an answer lacks a value to capture
 */
export async function runScenario (base: string, scenario: Scenario): Promise<readonly Exchange[]> {
  const variables: Variables = {}
  for (const [name, value] of Object.entries(scenario.let ?? {})) {
    variables[name] = typeof value === 'string' ? value : value.repeat.repeat(value.times)
  }
  const exchanges: Exchange[] = []
  for (const step of scenario.steps) {
    const exchange = await send(base, step, variables)
    exchanges.push(exchange)
    for (const [name, from] of Object.entries(step.capture ?? {})) {
      const value = captured(exchange, from)
      if (value === undefined) throw new Error(`${scenario.name}: ${step.method} ${step.path} answered ${exchange.status} without ${from}: ${exchange.body}`)
      variables[name] = value
    }
  }
  return exchanges
}

async function send (base: string, step: Step, variables: Variables): Promise<Exchange> {
  const path = filled(step.path, variables)
  const payload = step.text ?? (step.body === undefined ? undefined : JSON.stringify(step.body))
  const body = payload === undefined ? undefined : filled(payload, variables)
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(step.headers ?? {})) headers[name.toLowerCase()] = filled(value, variables)
  if (step.body !== undefined) headers['content-type'] ??= 'application/json'
  if (body !== undefined && headers['transfer-encoding'] === undefined) headers['content-length'] ??= String(Buffer.byteLength(body))
  return await new Promise((resolve, reject) => {
    // `path` goes out as it is written: a URL object would repair what the scenario breaks on purpose.
    const request = httpRequest(base, { method: step.method, path, headers, agent: false, timeout: 10_000 }, response => {
      const chunks: Buffer[] = []
      response.on('data', chunk => chunks.push(chunk as Buffer))
      response.on('error', reject)
      response.on('end', () => resolve({
        step, method: step.method, path, status: response.statusCode ?? 0, headers: response.headers as Exchange['headers'], body: Buffer.concat(chunks).toString()
      }))
    })
    request.on('timeout', () => request.destroy(new Error(`${step.method} ${path} was not answered within 10 s`)))
    request.on('error', reject)
    request.end(body)
  })
}

function filled (text: string, variables: Variables): string {
  return text.replace(/\$\{([\w-]+)\}/g, (_, name: string) => {
    const value = variables[name]
    if (value === undefined) throw new Error(`nothing is captured as ${name}`)
    return value
  })
}

function captured ({ headers, body }: Exchange, from: string): string | undefined {
  if (from.startsWith('header:')) return headers[from.slice(7).toLowerCase()]?.toString()
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    return undefined
  }
  for (const part of from.split('/').slice(1)) {
    value = (value as Record<string, unknown> | null | undefined)?.[part.replaceAll('~1', '/').replaceAll('~0', '~')]
  }
  return value === undefined ? undefined : String(value)
}
