import type { Progress } from '../../report/dossier/dossier.ts'
import { visible } from '../../report/visible.ts'
import type { Colors } from '../surroundings.ts'
import { alignedRows, shortened, widthOf } from '../text-table.ts'

/** The plan's usual name, beside the config. */
export const planFileName = 'MIGRATION.md'

/** A feature with how far it is. */
export interface FeatureProgress {
  readonly feature: string
  readonly risk: 'low' | 'medium' | 'high'
  readonly progress: Progress
}

/** How far every feature is: a row each where there is room, a block each where there is not. */
export function progressLines (features: readonly FeatureProgress[], { columns, colors }: { readonly columns: number, readonly colors: Colors }): readonly string[] {
  const cells = features.map(({ feature, progress: { implemented, parity, bench, share, retired } }) => [
    colors.bold(shortened(visible(feature), 22)),
    tint(implemented.state, colors)(implemented.text),
    tint(parity.state, colors)(visible(parity.text)),
    tint(bench.state, colors)(bench.text),
    share.text,
    tint(retired.state, colors)(retired.text)
  ])
  const names = ['feature', 'implemented', 'parity', 'bench', 'share', 'retired']
  const wide = alignedRows([names.map(name => colors.dim(name)), ...cells], names.map(() => 'left' as const))
  if (wide.every(line => widthOf(line) <= columns)) return wide
  return cells.flatMap(([feature, ...rest]) => [feature!, ...alignedRows(rest.map((cell, place) => [`  ${colors.dim(names[place + 1]!)}`, cell]), ['left', 'left'])])
}

function tint (state: string, colors: Colors): (text: string) => string {
  if (['yes', 'same', 'faster', 'may go'].includes(state)) return colors.green
  if (['no', 'different'].includes(state)) return colors.red
  return ['unknown', 'partly', 'slower'].includes(state) ? colors.yellow : text => text
}
