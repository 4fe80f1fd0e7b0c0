// The order of the house: a folder may import from those named before it, never from a sibling
// in the same group or from a later one. ESLint enforces it (eslint.config.js).
export const layers = [
  ['errors'],
  ['message'],
  ['config'],
  ['metrics'],
  ['backends', 'state'],
  ['switch', 'parity', 'bench', 'analyze', 'convert'],
  ['rollout'],
  ['fleet'],
  ['report'],
  ['dashboard'],
  ['library'],
  ['cli']
]

// The one arrow inside a group: codemods read the inventory.
const allowedInside = { convert: ['analyze'] }

const place = (root, name) => name === 'errors' ? `${root}/errors.ts` : `${root}/${name}`

/** Zones for import-x/no-restricted-paths: one a folder, listing what it must not import. */
export function zones (root) {
  const all = layers.flat()
  return layers.flatMap((group, rank) => group.map(name => ({
    target: place(root, name),
    from: all
      .filter(other => other !== name && layers.findIndex(g => g.includes(other)) >= rank)
      .filter(other => !(allowedInside[name] ?? []).includes(other))
      .map(other => place(root, other)),
    message: `${name} may import only from the layers before it: see CONTRIBUTING.md, "The house".`
  })).filter(zone => zone.from.length > 0))
}
