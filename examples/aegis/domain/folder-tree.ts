/** A folder as a node of its owner's tree. */
export interface FolderNode {
  readonly id: string
  readonly parentId: string | null
}

/** A folder at the top has depth 1. */
export const MAX_FOLDER_DEPTH = 8

/** What stands against a place in the tree. */
export type Misplacement = 'cycle' | 'depth'

/**
 * Whether a folder may lie in `parentId`, with all that lies in it; undefined when it may.
 * Folders whose parent is gone count as lying at the top.
 * @param id the folder that moves; undefined for a new one
 */
export function misplacement (tree: readonly FolderNode[], parentId: string | null, id?: string): Misplacement | undefined {
  const parents = new Map(tree.map(node => [node.id, node.parentId]))
  let depth = 1
  for (let at = parentId; at !== null && parents.has(at); at = parents.get(at) ?? null) {
    if (at === id) return 'cycle'
    depth++
    // A circle that two moves at once have made must not hold this walk.
    if (depth > MAX_FOLDER_DEPTH) return reaches(parents, at, id) ? 'cycle' : 'depth'
  }
  return depth + (id === undefined ? 0 : heightBelow(tree, id)) > MAX_FOLDER_DEPTH ? 'depth' : undefined
}

function reaches (parents: ReadonlyMap<string, string | null>, from: string, id: string | undefined): boolean {
  const seen = new Set<string>()
  for (let at: string | null = from; at !== null && !seen.has(at); at = parents.get(at) ?? null) {
    if (at === id) return true
    seen.add(at)
  }
  return false
}

/** How many levels lie below a folder. */
function heightBelow (tree: readonly FolderNode[], id: string): number {
  let level = new Set([id])
  for (let height = 0; height <= MAX_FOLDER_DEPTH; height++) {
    level = new Set(tree.filter(({ parentId }) => parentId !== null && level.has(parentId)).map(node => node.id))
    if (level.size === 0) return height
  }
  return MAX_FOLDER_DEPTH
}
