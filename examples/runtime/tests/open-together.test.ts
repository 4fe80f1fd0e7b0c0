import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openTogether } from '../open-together.ts'

describe('what is opened together', () => {
  it('is closed in the opposite order, and once', async () => {
    const closed: string[] = []
    const opened = await openTogether(async closeLater => {
      closeLater(() => { closed.push('database') })
      closeLater(async () => { closed.push('pool') })
      return { url: 'here' }
    })
    assert.equal(opened.url, 'here')
    assert.deepEqual(closed, [])
    await Promise.all([opened.close(), opened.close()])
    assert.deepEqual(closed, ['pool', 'database'])
  })

  it('is closed again when one of it cannot be opened', async () => {
    const closed: string[] = []
    await assert.rejects(openTogether(async closeLater => {
      closeLater(() => { closed.push('database') })
      closeLater(() => { throw new Error('closing the pool') })
      throw new Error('no stand-in')
    }), { message: 'no stand-in' })
    assert.deepEqual(closed, ['database'])
  })

  it('is all asked to close though one cannot', async () => {
    const closed: string[] = []
    const opened = await openTogether(async closeLater => {
      closeLater(() => { closed.push('database') })
      closeLater(async () => { throw new Error('the pool hangs on') })
      return {}
    })
    await assert.rejects(opened.close(), { message: 'the pool hangs on' })
    assert.deepEqual(closed, ['database'])
  })
})
