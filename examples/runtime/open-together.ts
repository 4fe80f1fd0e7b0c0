/** Called with how something is closed again, as soon as it is open. */
export type CloseLater = (close: () => unknown) => void

/**
 * Opens several things, of which the later may need the earlier. When one cannot be opened, those before it are closed
 * again; `close` of what this resolves to closes them all, the last one first, and no second time.
 * @param open opens them, and makes of them what the caller gets
 * @throws what `open` threw; `close` rejects with what the first that could not be closed threw, when all have been asked to
 */
export async function openTogether<T extends object> (open: (closeLater: CloseLater) => Promise<T>): Promise<T & { close (): Promise<void> }> {
  const closers: Array<() => unknown> = []
  const close = async (): Promise<void> => {
    const faults: unknown[] = []
    for (const closer of closers.splice(0).reverse()) {
      try {
        await closer()
      } catch (error) {
        faults.push(error)
      }
    }
    if (faults.length > 0) throw faults[0]
  }
  try {
    return Object.assign(await open(closer => { closers.push(closer) }), { close })
  } catch (error) {
    await close().catch(() => {})
    throw error
  }
}
