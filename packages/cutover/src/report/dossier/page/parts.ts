import type { Decision, Dossier, Reason } from '../dossier.ts'
import type { Plot } from '../plot/frame.ts'
import { html, pathLink, type Markup } from './markup.ts'

export interface Column {
  readonly name: string
  readonly number?: boolean
}

export type Cell = Markup | string | number | undefined

/** A table; on a phone its rows are cards, unless it is of samples. */
export function table (columns: readonly Column[], rows: ReadonlyArray<readonly Cell[]>, isOfSamples = false): Markup {
  return html`<div class="scroll"><table${isOfSamples ? '' : html` class="cards"`}><thead><tr>${columns.map(({ name, number }) => html`<th scope="col"${number === true && html` class="number"`}>${name}</th>`)}</tr></thead><tbody>${
    rows.map(row => html`<tr>${columns.map(({ name, number }, place) => html`<td data-name="${name}"${number === true && html` class="number"`}>${row[place]}</td>`)}</tr>`)
  }</tbody></table></div>`
}

const classes: Readonly<Record<Decision, string>> = { go: 'go', 'not yet': 'wait', no: 'no' }
const signs: Readonly<Record<Decision, string>> = { go: '✓', 'not yet': '…', no: '✗' }

export function classOf (decision: Decision): string {
  return classes[decision]
}

export function pill (text: string, kind: string): Markup {
  return html`<span class="pill ${kind}">${text}</span>`
}

/** `Go`, `Not yet`, `No`. */
export function decisionText (decision: Decision): string {
  return decision.charAt(0).toUpperCase() + decision.slice(1)
}

export function reasonList (reasons: readonly Reason[], { sources }: Pick<Dossier, 'sources'>): Markup {
  return html`<ul class="reasons">${reasons.map(({ decision, text, anchor, source, next, nextWhen }) => html`<li><span class="sign ${classOf(decision)}" aria-label="${decision}">${signs[decision]}</span>${
    anchor === undefined ? text : html`<a href="#${anchor}">${text}</a>`
  }${source !== undefined && html` <span class="from">${sourceLink(source, sources, 'samples')}</span>`}${next !== undefined && html`<span class="next">Next${nextWhen !== undefined && `, ${nextWhen}`}: <code>${next}</code></span>`}</li>`)}</ul>`
}

/** The file that a figure comes from. */
export function sourceLink (id: string | undefined, sources: Dossier['sources'], name?: string): Markup {
  const found = sources.find(source => source.id === id)
  return found === undefined ? html`no file` : html`<a href="${pathLink(found.file)}"${name !== undefined && html` title="${found.file}"`}>${name ?? found.file.replace(/^samples\//, '')}</a>`
}

/** A plot with its caption, and the samples that it shows below it. */
export function figure ({ title, description, caption = description, svg }: Plot, samples: Markup | undefined, wide = false): Markup {
  return html`<figure${wide && html` class="wide"`}>${svg}<figcaption><b>${title}</b>${caption}</figcaption>${samples}</figure>`
}

/** Samples, folded away. */
export function samplesOf (id: string, what: string, file: Markup, content: Markup): Markup {
  return html`<details id="${id}"><summary>${what}</summary><p class="soft">From ${file}.</p>${content}</details>`
}
