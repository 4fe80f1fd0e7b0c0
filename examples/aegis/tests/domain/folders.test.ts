import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { MAX_FOLDER_DEPTH, misplacement } from '../../domain/folder-tree.ts'
import { createFolders, type FolderFields, type FolderStore } from '../../domain/folders.ts'
import { createVault, type VaultFields } from '../../domain/vault.ts'
import { caller, idOf, memoryStore, memoryTrail } from '../memory-records.ts'

const ada = caller(idOf(0xada))
const grace = caller(idOf(0x94ace))

function openFolders () {
  const told = memoryTrail()
  const kept = memoryStore<FolderFields>()
  const own = (ownerId: string) => [...kept.all.values()].filter(folder => folder.ownerId === ownerId).map(folder => folder.record)
  const folderStore: FolderStore = {
    ...kept,
    tree: async ownerId => own(ownerId).map(({ id, parentId }) => ({ id, parentId })),
    holds: async (ownerId, folderId) => own(ownerId).some(folder => folder.parentId === folderId)
  }
  const items = memoryStore<VaultFields>()
  const vaultStore = { ...items, holds: async (ownerId: string, folderId: string) => [...items.all.values()].some(item => item.ownerId === ownerId && item.record.folderId === folderId) }
  const folders = createFolders({ store: folderStore, contents: [vaultStore], ...told })
  const vault = createVault({ store: vaultStore, folders: folderStore, ...told })
  const add = async (parentId: string | null = null, by = ada) => {
    const added = await folders.add(by, { encryptedName: 'YQ==', parentId })
    assert.ok(added.ok)
    return added.value.id
  }
  return { ...told, folders, vault, add, folderStore }
}

const codeOf = (answer: { ok: true } | { ok: false, failure: { code: string } }) => answer.ok ? 'ok' : answer.failure.code

describe('a place in the tree of folders', () => {
  const chain = (length: number) => Array.from({ length }, (_, index) => ({ id: `f${index + 1}`, parentId: index === 0 ? null : `f${index}` }))

  test('may not lie in itself, nor in what lies in it', () => {
    const tree = chain(3)
    assert.equal(misplacement(tree, 'f1', 'f1'), 'cycle')
    assert.equal(misplacement(tree, 'f3', 'f1'), 'cycle')
    assert.equal(misplacement(tree, 'f1', 'f3'), undefined)
    assert.equal(misplacement(tree, null, 'f2'), undefined)
  })

  test('is limited in depth, with all that a folder brings along', () => {
    const tree = [...chain(MAX_FOLDER_DEPTH), { id: 'a', parentId: null }, { id: 'b', parentId: 'a' }]
    assert.equal(misplacement(tree, `f${MAX_FOLDER_DEPTH - 1}`), undefined)
    assert.equal(misplacement(tree, `f${MAX_FOLDER_DEPTH}`), 'depth')
    assert.equal(misplacement(tree, `f${MAX_FOLDER_DEPTH - 2}`, 'a'), undefined)
    assert.equal(misplacement(tree, `f${MAX_FOLDER_DEPTH - 1}`, 'a'), 'depth')
  })

  test('in a circle that is there already ends the walk', () => {
    const tree = [{ id: 'a', parentId: 'b' }, { id: 'b', parentId: 'a' }, { id: 'c', parentId: null }]
    assert.equal(misplacement(tree, 'a', 'a'), 'cycle')
    assert.equal(misplacement(tree, 'a', 'b'), 'cycle')
    assert.equal(misplacement(tree, 'a', 'c'), 'depth')
  })

  test('in a folder whose parent is gone counts as at the top', () => {
    assert.equal(misplacement([{ id: 'a', parentId: 'gone' }], 'a'), undefined)
  })
})

describe('folders', () => {
  test('refuse a circle, a depth and a parent that is none of the owner\'s', async () => {
    const { folders, add } = openFolders()
    const top = await add()
    const low = await add(await add(top))
    assert.equal(codeOf(await folders.change(ada, top, { parentId: low })), 'FOLDER_CYCLE')
    assert.equal(codeOf(await folders.change(ada, top, { parentId: top })), 'FOLDER_CYCLE')
    const foreign = await add(null, grace)
    for (const parentId of [foreign, idOf(0xdead)]) {
      assert.equal(codeOf(await folders.add(ada, { encryptedName: '', parentId })), 'FOLDER_UNKNOWN')
      assert.equal(codeOf(await folders.change(ada, low, { parentId })), 'FOLDER_UNKNOWN')
    }
    let deepest = low
    for (let depth = 3; depth < MAX_FOLDER_DEPTH; depth++) deepest = await add(deepest)
    assert.equal(codeOf(await folders.add(ada, { encryptedName: '', parentId: deepest })), 'FOLDER_TOO_DEEP')
    assert.equal(codeOf(await folders.change(ada, top, { encryptedName: 'Yg==' })), 'ok')
  })

  test('two moves at once never leave a circle', async () => {
    const { folders, add, folderStore } = openFolders()
    const [a, b] = [await add(), await add()]
    await Promise.all([folders.change(ada, a, { parentId: b }), folders.change(ada, b, { parentId: a })])
    const tree = await folderStore.tree(ada.userId)
    const up = (id: string | null) => tree.find(folder => folder.id === id)?.parentId ?? null
    assert.ok(up(a) !== b || up(b) !== a, JSON.stringify(tree))
  })

  test('are not removed while a folder or a vault item lies in them', async () => {
    const { folders, vault, add } = openFolders()
    const top = await add()
    const low = await add(top)
    assert.equal(codeOf(await folders.remove(ada, top)), 'FOLDER_NOT_EMPTY')
    const item = await vault.add(ada, { kind: 'login', encryptedTitle: '', encryptedData: '', folderId: low })
    assert.ok(item.ok)
    assert.equal(codeOf(await folders.remove(ada, low)), 'FOLDER_NOT_EMPTY')
    assert.equal(codeOf(await vault.change(ada, item.value.id, { folderId: null })), 'ok')
    assert.equal(codeOf(await folders.remove(ada, low)), 'ok')
    assert.equal(codeOf(await folders.remove(ada, top)), 'ok')
    assert.equal(codeOf(await folders.remove(ada, top)), 'FOLDER_NOT_FOUND')
  })
})

describe('vault items', () => {
  test('lie in a folder of their owner or in none, and are audited', async () => {
    const { vault, add, audit } = openFolders()
    const draft = { kind: 'card', encryptedTitle: 'YQ==', encryptedData: 'Yg==' } as const
    const foreign = await add(null, grace)
    assert.equal(codeOf(await vault.add(ada, { ...draft, folderId: foreign })), 'FOLDER_UNKNOWN')
    const item = await vault.add(ada, draft)
    assert.ok(item.ok)
    assert.deepEqual([item.value.favourite, item.value.folderId], [false, null])
    assert.equal(codeOf(await vault.change(ada, item.value.id, { folderId: foreign })), 'FOLDER_UNKNOWN')
    const moved = await vault.change(ada, item.value.id, { folderId: await add(), favourite: true })
    assert.equal(moved.ok && moved.value.favourite, true)
    assert.deepEqual(audit.map(({ event }) => event), ['vault.created', 'vault.updated'])
  })
})
