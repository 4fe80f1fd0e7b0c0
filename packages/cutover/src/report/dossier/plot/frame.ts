import { html, type Markup } from '../page/markup.ts'
import type { Scale } from './scale.ts'

/** A plot with what people who cannot see it are told. */
export interface Plot {
  readonly title: string
  /** What it shows, and the figures that matter, in words. */
  readonly description: string
  /** Shown under the plot instead of the description, where the plot has its figures in it. */
  readonly caption?: string
  readonly svg: Markup
}

export const width = 480
export const height = 290
/** Where the data lies. */
export const area = { left: 64, right: width - 14, top: 34, bottom: height - 44 } as const

/** Two digits after the point are a tenth of what a screen shows. */
export function n (value: number): string {
  return Number.isFinite(value) ? String(Math.round(value * 100) / 100) : '0'
}

/** A series by its number: 0 legacy, 1 the candidate, then the others; the same colour and mark in every plot. */
export function seriesOf (backend: string, baseline = 'legacy', others: readonly string[] = []): number {
  if (backend === baseline) return 0
  return backend === 'candidate' ? 1 : 2 + Math.max(0, others.filter(name => name !== baseline && name !== 'candidate').indexOf(backend)) % 4
}

export interface Axis {
  readonly scale: Scale
  readonly label: string
  readonly format: (value: number) => string
}

/** The svg element with axes, grid and legend around its marks. */
export function frame (id: string, title: string, description: string, x: Axis | undefined, y: Axis | undefined, marks: readonly Markup[], legend: ReadonlyArray<readonly [series: number, name: string]>, tall: number = height): Markup {
  const bottom = tall - (height - area.bottom)
  let at = area.left
  const keys = legend.map(([series, name]) => {
    const key = html`<g class="${series >= 10 ? `g${series - 10}` : `s${series}`}">${series >= 10 ? html`<path d="M${n(at - 4)} 14h15" class="line g${series - 10}"/>` : mark(series, at + 5, 14)}<text x="${n(at + 14)}" y="18" class="key">${name}</text></g>`
    at += 26 + name.length * 7
    return key
  })
  return html`<svg viewBox="0 0 ${width} ${tall}" role="img" aria-labelledby="${id}-t ${id}-d" class="plot"><title id="${id}-t">${title}</title><desc id="${id}-d">${description}</desc>${
    y && y.scale.ticks.map(tick => html`<line x1="${area.left}" x2="${area.right}" y1="${n(y.scale(tick))}" y2="${n(y.scale(tick))}" class="grid"/><text x="${area.left - 7}" y="${n(y.scale(tick) + 4)}" class="tick end">${y.format(tick)}</text>`)
  }${
    x && x.scale.ticks.map(tick => html`<line x1="${n(x.scale(tick))}" x2="${n(x.scale(tick))}" y1="${bottom}" y2="${bottom + 4}" class="axis"/><text x="${n(Math.min(x.scale(tick), width - 26))}" y="${bottom + 17}" class="tick middle">${x.format(tick)}</text>`)
  }<line x1="${area.left}" x2="${area.right}" y1="${bottom}" y2="${bottom}" class="axis"/>${
    x && html`<text x="${(area.left + area.right) / 2}" y="${tall - 8}" class="label middle">${x.label}</text>`
  }${
    y && html`<text transform="translate(13 ${n((area.top + bottom) / 2)}) rotate(-90)" class="label middle">${y.label}</text>`
  }${marks}${keys}</svg>`
}

/** A mark that is told from the others by its form too. */
export function mark (series: number, x: number, y: number, size = 4): Markup {
  switch (series) {
    case 0: return html`<circle cx="${n(x)}" cy="${n(y)}" r="${size}" class="mark"/>`
    case 1: return html`<rect x="${n(x - size)}" y="${n(y - size)}" width="${size * 2}" height="${size * 2}" class="mark"/>`
    case 2: return html`<path d="M${n(x)} ${n(y - size - 1)}L${n(x + size + 1)} ${n(y + size)}H${n(x - size - 1)}Z" class="mark"/>`
    default: return html`<path d="M${n(x)} ${n(y - size - 1)}L${n(x + size + 1)} ${n(y)}L${n(x)} ${n(y + size + 1)}L${n(x - size - 1)} ${n(y)}Z" class="mark"/>`
  }
}

/** A line through points. */
export function line (points: ReadonlyArray<readonly [x: number, y: number]>): string {
  return points.map(([x, y], place) => `${place === 0 ? 'M' : 'L'}${n(x)} ${n(y)}`).join('')
}
