import { Buffer, isUtf8 } from 'node:buffer'
import { replaceJsonLeaves } from './json-leaves.ts'
import type { CompiledRules } from './rules.ts'
import { decoded, type Secrets } from './secrets.ts'

/** Redacts texts of the kinds that messages hold. Texts are one character for each byte (Latin-1), in and out. */
export class TextRedactor {
  readonly #rules: CompiledRules
  readonly #inUrl: RegExp
  readonly #inQuotes: RegExp
  readonly #inEscapedQuotes: RegExp
  readonly #inElement: RegExp
  readonly #isName: RegExp

  constructor (rules: CompiledRules) {
    this.#rules = rules
    const name = rules.namePattern
    this.#inUrl = new RegExp(`(?<![\\w.%-])(${name}(?:\\]|%5d)?=)([^&\\s"'<>;,#\\\\]+)`, 'gi')
    this.#inQuotes = new RegExp(`((["'])${name}\\2\\s*:\\s*)("(?:[^"\\\\]|\\\\.)*|'(?:[^'\\\\]|\\\\.)*|-?\\d[\\d.]*)`, 'gi')
    this.#inEscapedQuotes = new RegExp(`((?<!\\\\)(\\\\{1,7}["'])${name}\\2\\s*:\\s*\\2)([^"'\\\\]+)`, 'gi')
    this.#inElement = new RegExp(`(<(?:[\\w-]{1,64}:)?${name}(?:\\s[^<>]{0,4000})?>)([^<>]+)(?=</)`, 'gi')
    this.#isName = new RegExp(`\\sname\\s*=\\s*["']?${name}["'\\s/>]`, 'i')
  }

  /** JSON; undefined when it is none. */
  json (text: string, secrets: Secrets): string | undefined {
    const bytes = Buffer.from(text, 'latin1')
    const isText = isUtf8(bytes)
    const source = isText ? bytes.toString('utf8') : text
    const mark = isText && source.startsWith('\ufeff') ? '\ufeff' : ''
    const clean = this.#leaves(source.slice(mark.length), secrets, true)
    if (clean === undefined) return undefined
    return isText ? latin1(mark + clean) : clean
  }

  /** @param deep whether to look into strings too, which is done once */
  #leaves (text: string, secrets: Secrets, deep: boolean): string | undefined {
    return replaceJsonLeaves(text, ({ path, raw }) => {
      if (raw === 'null' || raw === 'true' || raw === 'false') return undefined
      const isString = raw.startsWith('"')
      if (this.#rules.isSecretPath(path) || path.some(part => typeof part === 'string' && this.#rules.isSecretName(part))) {
        return JSON.stringify(secrets.tag(isString ? JSON.parse(raw) as string : raw))
      }
      if (!isString || !deep || raw.length < 8) return undefined
      const value = JSON.parse(raw) as string
      const clean = this.#inner(value, secrets)
      return clean === value ? undefined : JSON.stringify(clean)
    })
  }

  /** A string inside JSON or a form, in characters: JSON again, or text. */
  #inner (value: string, secrets: Secrets): string {
    const asJson = /^\s*[{[]/.test(value) ? this.#leaves(value, secrets, false) : undefined
    if (asJson !== undefined) return asJson
    const before = latin1(value)
    const clean = this.text(before, secrets)
    return clean === before ? value : utf8(clean)
  }

  /** A query or an urlencoded body. */
  form (text: string, secrets: Secrets): string {
    return text.split('&').map(pair => {
      const equals = pair.indexOf('=')
      if (equals === -1) return pair
      const value = utf8(decoded(pair.slice(equals + 1)))
      if (this.#rules.isSecretParameter(utf8(decoded(pair.slice(0, equals))))) return pair.slice(0, equals + 1) + secrets.tag(value)
      const clean = this.#inner(value, secrets)
      return clean === value ? pair : pair.slice(0, equals + 1) + encodeURIComponent(clean).replaceAll('%20', '+')
    }).join('&')
  }

  /** A request target or URL: its query, fragment and user information. */
  url (text: string, secrets: Secrets): string {
    const start = text.search(/[?#]/)
    const [path, query] = start === -1 ? [text, ''] : [text.slice(0, start), text.slice(start)]
    return this.text(path, secrets) + query.slice(0, 1) + query.slice(1).split('#').map(part => this.form(part, secrets)).join('#')
  }

  /** Anything else: parameters, quoted members, elements and form inputs with a secret name, passwords in URLs. */
  text (text: string, secrets: Secrets): string {
    return text
      .replace(this.#inUrl, (_all, start: string, value: string) => start + secrets.tag(utf8(decoded(value))))
      .replace(this.#inQuotes, (_all, start: string, _quote: string, value: string) => {
        const quote = /^["']/.test(value) ? value[0]! : ''
        return quote === '' ? `${start}"${secrets.tag(value)}"` : start + quote + secrets.tag(utf8(unescaped(value.slice(1))))
      })
      .replace(this.#inEscapedQuotes, (_all, start: string, _quote: string, value: string) => start + secrets.tag(utf8(value)))
      .replace(this.#inElement, (_all, start: string, value: string) => start + secrets.tag(utf8(value)))
      .replace(/<(?:input|meta)\s[^<>]{0,4000}>/gi, tag => !this.#isName.test(tag)
        ? tag
        : tag.replace(/(\s(?:value|content)\s*=\s*)("[^"]*"|'[^']*'|[^\s>"']+)/gi, (_all, start: string, value: string) => {
          const quote = /^["']/.test(value) ? value[0]! : ''
          return start + quote + secrets.tag(utf8(quote === '' ? value : value.slice(1, -1))) + quote
        }))
      .replace(/(\/\/[^/?#\s"'<>@:]*:)([^/?#\s"'<>@]+)(?=@)/g, (_all, start: string, password: string) => start + secrets.tag(utf8(decoded(password))))
  }

  /** multipart/form-data, its parts by their names and types; undefined when it cannot be taken apart. */
  multipart (text: string, boundary: string, secrets: Secrets, part: (type: string, text: string) => string | undefined): string | undefined {
    const delimiter = `--${boundary}`
    const pieces = text.split(delimiter)
    if (boundary === '' || pieces.length < 3) return undefined
    for (let i = 1; i < pieces.length - 1; i++) {
      const piece = pieces[i]!
      const head = /^[ \t]*\r?\n(?:[^\r\n]+\r?\n)*\r?\n/.exec(piece)?.[0]
      const tail = /\r?\n$/.exec(piece)?.[0]
      if (head === undefined || tail === undefined || head.length + tail.length > piece.length) return undefined
      const content = piece.slice(head.length, piece.length - tail.length)
      const name = /^content-disposition:.*?;\s*name\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))/im.exec(head)
      const type = /^content-type:\s*([^;\r\n]*)/im.exec(head)?.[1]?.trim().toLowerCase() ?? 'text/plain'
      const clean = this.#rules.isSecretParameter(name?.[1] ?? name?.[2] ?? '') ? secrets.tag(utf8(content)) : part(type, content)
      if (clean === undefined) return undefined
      pieces[i] = head + clean + tail
    }
    return pieces.join(delimiter)
  }
}

function unescaped (text: string): string {
  return text.replace(/\\(.)/g, '$1')
}

function latin1 (text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

/** The characters that bytes mean: one secret has one tag, however a text wrote it. */
function utf8 (text: string): string {
  const bytes = Buffer.from(text, 'latin1')
  return isUtf8(bytes) ? bytes.toString('utf8') : text
}
