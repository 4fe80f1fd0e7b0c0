import type { OutputStream } from '../surroundings.ts'
import { shortened } from '../text-table.ts'

/** What a long run says of itself while it goes on. */
export interface Progress {
  /** It begins something else. */
  phase (text: string): void
  /** How far that is. */
  tick (text: string): void
  /** Something to keep. */
  note (text: string): void
  close (): void
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const frameMs = 100
const plainEveryMs = 10_000
const back = '\r\x1b[K'

/**
 * On a terminal one line that is drawn over itself; elsewhere a line for each phase, and every ten seconds how far it is.
 * @param now milliseconds, monotonic
 */
export function openProgress (stream: OutputStream, now: () => number = () => performance.now()): Progress {
  return stream.isTTY === true ? liveLine(stream, now) : plainLines(stream, now)
}

function plainLines (stream: OutputStream, now: () => number): Progress {
  let last = now()
  return {
    phase: text => {
      last = now()
      stream.write(`${text}\n`)
    },
    tick: text => {
      if (now() - last < plainEveryMs) return
      last = now()
      stream.write(`${text}\n`)
    },
    note: text => { stream.write(`${text}\n`) },
    close: () => {}
  }
}

function liveLine (stream: OutputStream, now: () => number): Progress {
  let [phase, detail] = ['', '']
  const began = now()
  const draw = (): void => {
    if (phase === '') return
    const frame = frames[Math.floor((now() - began) / frameMs) % frames.length]!
    const text = detail === '' ? phase : `${phase} · ${detail}`
    stream.write(`${back}${frame} ${shortened(text, Math.max(20, (stream.columns ?? 80) - 3))}`)
  }
  const timer = setInterval(draw, frameMs)
  timer.unref()
  return {
    phase: text => {
      phase = text.replace(/\.$/, '')
      detail = ''
      draw()
    },
    // The timer draws it: more often is only work.
    tick: text => { detail = text },
    note: text => {
      stream.write(`${back}${text}\n`)
      draw()
    },
    close: () => {
      clearInterval(timer)
      phase = ''
      stream.write(back)
    }
  }
}
