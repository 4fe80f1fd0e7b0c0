/** What came of a flight, for one of those who wait for it. */
export interface Landing<Value> {
  readonly value: Value
  /** True for the first of those who are still there, and nobody else. */
  readonly first: boolean
}

/** Lets those who ask the same at the same time wait for one answer. */
export interface SingleFlight<Value> {
  /**
   * @param start begins the flight, when there is none with this key; its signal is aborted when all have left
   * @param left aborted when whoever asks has left: rejects with its reason
   */
  join (key: string, start: (abandoned: AbortSignal) => Promise<Value>, left: AbortSignal): Promise<Landing<Value>>
  /** Who asks from now on begins anew. */
  clear (): void
}

interface Flight<Value> {
  readonly landed: Promise<Value>
  readonly abandoned: AbortController
  waiting: number
  taken: boolean
}

export function createSingleFlight<Value> (): SingleFlight<Value> {
  const flights = new Map<string, Flight<Value>>()

  function begin (key: string, start: (abandoned: AbortSignal) => Promise<Value>): Flight<Value> {
    const abandoned = new AbortController()
    const flight: Flight<Value> = { landed: start(abandoned.signal), abandoned, waiting: 0, taken: false }
    const end = (): void => {
      if (flights.get(key) === flight) flights.delete(key)
    }
    flight.landed.then(end, end)
    flights.set(key, flight)
    return flight
  }

  return {
    async join (key, start, left) {
      left.throwIfAborted()
      const flight = flights.get(key) ?? begin(key, start)
      flight.waiting++
      let reject: (reason: unknown) => void
      const leaving = new Promise<never>((_resolve, _reject) => { reject = _reject })
      const leave = (): void => {
        flight.waiting--
        if (flight.waiting === 0) {
          if (flights.get(key) === flight) flights.delete(key)
          flight.abandoned.abort(left.reason)
        }
        reject(left.reason)
      }
      left.addEventListener('abort', leave, { once: true })
      try {
        const value = await Promise.race([flight.landed, leaving])
        const first = !flight.taken
        flight.taken = true
        return { value, first }
      } finally {
        left.removeEventListener('abort', leave)
      }
    },
    clear () {
      flights.clear()
    }
  }
}
