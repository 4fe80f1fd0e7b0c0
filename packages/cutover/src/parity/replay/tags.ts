import { Buffer } from 'node:buffer'
import type { ExchangeRequest, Field } from '../../message/exchange.ts'
import { contentCodings } from '../../message/body.ts'

/** What redaction writes in a secret's place. */
export const tag = /redacted-[0-9a-f]{16}/

/** Whether a text holds the tag of a secret. */
export function hasTag (text: string): boolean {
  return tag.test(text)
}

/**
 * The tags of a recorded text with what stands at their places in another text of the same form:
 * `sid=redacted-…; Path=/` and `sid=abc; Path=/`.
 */
export function tagged (recorded: string, answered: string): ReadonlyArray<readonly [tag: string, value: string]> {
  const tags = recorded.match(new RegExp(tag, 'g')) ?? []
  if (tags.length === 0 || tags.length > 20) return []
  const around = recorded.split(new RegExp(tag)).map(text => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  const found = new RegExp(`^${around.join('([^\\s&;,]+?)')}$`).exec(answered)
  return found === null ? [] : tags.map((each, index) => [each, found[index + 1]!] as const).filter(([each, value]) => value !== each)
}

/** Values by name, for secrets that no recorded answer gives. */
export type Secrets = Readonly<Record<string, string>>

/** A request in which tags that stand under these names, in JSON, forms, queries and cookies, are replaced. */
export function withSecrets (request: ExchangeRequest, secrets: Secrets): ExchangeRequest {
  const names = Object.keys(secrets)
  if (names.length === 0) return request
  const target = replaced(request.target, secrets, names)
  const headers = request.headers.map(([name, value]): Field => [name, replaced(value, secrets, names)])
  if (contentCodings(request.headers).length > 0 || request.body.length === 0) return { ...request, target, headers }
  const text = request.body.toString('latin1')
  const changed = replaced(text, secrets, names)
  return { ...request, target, headers, body: changed === text ? request.body : Buffer.from(changed, 'latin1') }
}

function replaced (text: string, secrets: Secrets, names: readonly string[]): string {
  if (!hasTag(text)) return text
  return names.reduce((result, name) => {
    const quoted = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    const value = secrets[name]!
    return result
      .replace(new RegExp(`("${quoted}"\\s*:\\s*)"${tag.source}"`, 'gi'), (_all, before: string) => before + Buffer.from(JSON.stringify(value)).toString('latin1'))
      .replace(new RegExp(`((?:^|[?&;\\s])${quoted}=)${tag.source}`, 'gi'), (_all, before: string) => before + encodeURIComponent(value))
  }, text)
}

/** Why a request with tags left in it cannot be sent, with what to do; undefined when there are none. */
export function tagProblem (request: ExchangeRequest): string | undefined {
  const header = request.headers.find(([, value]) => hasTag(value))
  if (header !== undefined) return `their ${header[0].toLowerCase()} was redacted and no recorded answer gives it: give --header '${header[0].toLowerCase()}: …'`
  if (hasTag(request.target)) return nameOf(request.target, 'query') ?? 'their path was redacted'
  const body = contentCodings(request.headers).length > 0 ? '' : request.body.toString('latin1')
  return hasTag(body) ? nameOf(body, 'body') ?? 'their body was redacted' : undefined
}

function nameOf (text: string, place: string): string | undefined {
  const match = new RegExp(`"([^"\\\\]{1,64})"\\s*:\\s*"[^"]*${tag.source}|([\\w.-]{1,64})=${tag.source}`).exec(text)
  const name = match?.[1] ?? match?.[2]
  return name === undefined ? undefined : `"${name}" in their ${place} was redacted and no recorded answer gives it: give --secret ${name}=…`
}
