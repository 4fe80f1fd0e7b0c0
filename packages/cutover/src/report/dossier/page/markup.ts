import { visible } from '../../visible.ts'

/** HTML that was made here, as opposed to text from elsewhere. */
export class Markup {
  readonly text: string

  constructor (text: string) {
    this.text = text
  }
}

type Piece = Markup | string | number | false | undefined | readonly Piece[]

/** Text as it may stand in HTML and SVG, in an element or a quoted attribute; control characters become visible. */
export function escape (text: string): string {
  return visible(text).replace(/[&<>"'`]/g, character => `&#${character.charCodeAt(0)};`)
}

/** A template whose values are escaped, unless they are {@link Markup} themselves; lists are joined, false and undefined leave nothing. */
export function html (pieces: TemplateStringsArray, ...values: readonly Piece[]): Markup {
  return new Markup(pieces.reduce((text, piece, place) => text + render(values[place - 1]) + piece))
}

function render (value: Piece): string {
  if (value === undefined || value === false) return ''
  if (value instanceof Markup) return value.text
  if (Array.isArray(value)) return value.map(render).join('')
  return escape(String(value))
}

/** A relative path as a link: whatever it holds, it stays a path below or beside the report. */
export function pathLink (file: string): string {
  return file.split('/').map(segment => encodeURIComponent(segment).replace(/%2E/gi, '.')).join('/').replace(/^(?!\.\.?\/)/, './')
}
