#!/usr/bin/env node
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`cutover needs Node.js 20.19 or later; this is ${process.version}.`)
  process.exit(3)
}
const { main } = await import('#cli')
await main()
