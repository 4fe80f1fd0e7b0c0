import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createGroupCommit } from '../../data/group-commit.ts'

/** Writes that the test lets end. */
function writer (most?: number) {
  const groups: { items: readonly number[], end (results?: readonly string[]): void, fail (error: Error): void }[] = []
  const commit = createGroupCommit<number, string>(items => new Promise((resolve, reject) => {
    groups.push({ items, end: (results = items.map(String)) => resolve(results), fail: reject })
  }), most)
  return { groups, commit }
}

const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

describe('a group commit', () => {
  test('does one item at once, and together what comes while it is under way', async () => {
    const { groups, commit } = writer()
    const results = [1, 2, 3].map(commit)
    assert.deepEqual(groups.map(({ items }) => items), [[1]])
    groups[0]!.end()
    await settled()
    assert.deepEqual(groups.map(({ items }) => items), [[1], [2, 3]])
    groups[1]!.end()
    assert.deepEqual(await Promise.all(results), ['1', '2', '3'])
  })

  test('ends nobody before the write that has their item', async () => {
    const { groups, commit } = writer()
    const ended: number[] = []
    for (const item of [1, 2]) commit(item).then(() => ended.push(item), () => {})
    groups[0]!.end()
    await settled()
    assert.deepEqual(ended, [1])
    groups[1]!.end()
    await settled()
    assert.deepEqual(ended, [1, 2])
  })

  test('fails those of a group that failed, and goes on with the next', async () => {
    const { groups, commit } = writer()
    const [one, two] = [commit(1), commit(2)]
    groups[0]!.fail(new Error('refused'))
    await assert.rejects(one, /refused/)
    groups[1]!.end()
    assert.equal(await two, '2')
    const three = commit(3)
    groups[2]!.end()
    assert.equal(await three, '3')
  })

  test('takes so many together at most', async () => {
    const { groups, commit } = writer(2)
    const results = [1, 2, 3, 4].map(commit)
    for (let at = 0; at < 3; at++) {
      groups[at]!.end()
      await settled()
    }
    await Promise.all(results)
    assert.deepEqual(groups.map(({ items }) => items), [[1], [2, 3], [4]])
  })
})
