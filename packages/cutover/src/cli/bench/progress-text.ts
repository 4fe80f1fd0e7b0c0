import type { BenchProgress } from '../../bench/plan.ts'
import type { Progress } from '../parity/progress.ts'

const doing: Readonly<Record<BenchProgress['stage'], string>> = {
  starting: 'Starting',
  comparing: 'Comparing the answers',
  warming: 'Warming up',
  measuring: 'Measuring',
  stopping: 'Stopping'
}

/** Tells how far a bench is: a phase for each start, and what it does just now. */
export function benchTicker (progress: Pick<Progress, 'phase' | 'tick'>): (step: BenchProgress) => void {
  let last = ''
  return ({ stage, start, starts, text, elapsedMs, soFar }) => {
    const phase = starts === undefined ? 'Measuring, start 1.' : `Measuring, start ${start} of ${starts}.`
    if (phase !== last) {
      last = phase
      progress.phase(phase)
    }
    const [route, connections] = text.split(', ')
    const found = soFar.filter(each => stage === 'measuring' && each.route === route && connections?.startsWith(`${each.connections} `))
      .map(({ backend, rate }) => `${backend} ${rate.toFixed(2)}×`)
    progress.tick([`${Math.round(elapsedMs / 1000)} s`, stage === 'measuring' ? `${route}, ${connections ?? ''}` : `${doing[stage]} ${text}`.trim(), ...found].join(' · '))
  }
}
