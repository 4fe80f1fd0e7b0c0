/**
 * Does together what is asked for at the same time: items that arrive while a group is under way go with the next one.
 * One item alone does not wait.
 * @param write does a group; answers one result an item, in their order
 * @param most how many items go together at most
 */
export function createGroupCommit<Item, Result> (write: (items: readonly Item[]) => Promise<readonly Result[]>, most = 500): (item: Item) => Promise<Result> {
  let waiting: { readonly item: Item, readonly resolve: (result: Result) => void, readonly reject: (error: unknown) => void }[] = []
  let underWay = false

  async function run (): Promise<void> {
    underWay = true
    while (waiting.length > 0) {
      const group = waiting.length <= most ? waiting : waiting.slice(0, most)
      waiting = waiting.length <= most ? [] : waiting.slice(most)
      try {
        const results = await write(group.map(({ item }) => item))
        group.forEach(({ resolve }, index) => resolve(results[index]!))
      } catch (error) {
        for (const { reject } of group) reject(error)
      }
    }
    underWay = false
  }

  return item => new Promise((resolve, reject) => {
    waiting.push({ item, resolve, reject })
    if (!underWay) run()
  })
}
