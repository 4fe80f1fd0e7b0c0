import type { Surroundings } from './surroundings.ts'

const enter = '\x1b[?1049h\x1b[?25l'
const leave = '\x1b[?25h\x1b[?1049l'
const home = '\x1b[H'
const clearLine = '\x1b[K'
const clearBelow = '\x1b[J'

/** A terminal taken over for a while, with what was on it given back at the end. */
export interface LiveScreen {
  /** Draws these lines over the last ones; what does not fit the height is cut, the last line stays. */
  draw (lines: readonly string[]): void
  /** Waits, and tells whether the user asked to leave meanwhile. */
  left (milliseconds: number): Promise<boolean>
  close (): void
}

export function openScreen ({ stdin, stdout, signals }: Surroundings, redraw: () => void): LiveScreen {
  let leaving = false
  let wake = (): void => {}
  const ask = (): void => {
    leaving = true
    wake()
  }
  const onKey = (key: Buffer): void => {
    if (key.toString() === 'q' || key.includes(3)) ask()
  }
  stdout.write(enter)
  stdin.setRawMode?.(true)
  stdin.on('data', onKey).resume()
  stdout.on?.('resize', redraw)
  signals.on('SIGINT', ask)
  signals.on('SIGTERM', ask)
  return {
    draw (lines) {
      const rows = stdout.rows ?? 24
      const shown = lines.length <= rows ? lines : [...lines.slice(0, rows - 1), lines.at(-1)!]
      stdout.write(home + shown.map(line => line + clearLine).join('\r\n') + clearBelow)
    },
    left (milliseconds) {
      return new Promise(resolve => {
        const done = (): void => {
          clearTimeout(timer)
          resolve(leaving)
        }
        const timer = setTimeout(done, milliseconds)
        wake = done
        if (leaving) done()
      })
    },
    close () {
      stdin.setRawMode?.(false)
      stdin.off('data', onKey).pause()
      stdout.off?.('resize', redraw)
      signals.off('SIGINT', ask)
      signals.off('SIGTERM', ask)
      stdout.write(leave)
    }
  }
}
