/** A raw request: head lines as given, then `Host`, then a body with its length unless the headers say otherwise. */
export function raw (line: string, headers: Readonly<Record<string, string>> = {}, body = ''): string {
  const lines = [`${line} HTTP/1.1`]
  if (!('Host' in headers)) lines.push('Host: example.test')
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`)
  const framed = 'Content-Length' in headers || 'Transfer-Encoding' in headers
  if (body !== '' && !framed) lines.push(`Content-Length: ${body.length}`)
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}

/** A request with a JSON body. */
export function rawJson (line: string, text: string, type = 'application/json'): string {
  return raw(line, { 'Content-Type': type, 'Content-Length': String(Buffer.from(text, 'latin1').length) }, text)
}
