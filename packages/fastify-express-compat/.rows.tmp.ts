import { rowNames, rowTable } from '/work/main/packages/fastify-express-compat/src/index.ts'
import { fixtures } from '/work/main/packages/fastify-express-compat/test/rows/index.ts'
import { compareRow } from '/work/main/packages/fastify-express-compat/test/support/differential.ts'
const wanted = process.argv.slice(2)
for (const row of rowNames) {
  if (wanted.length > 0 && !wanted.includes(row)) continue
  const f = (fixtures as any)[row]
  if (!f) { console.log('TODO', row); continue }
  for (const major of rowTable[row].majors) {
    const r = await compareRow(row, f, major)
    if (r.open) console.log('OPEN', row, major, wanted.length ? r.open : r.open.split('\n')[0])
    if (!r.shown) console.log('CANNOT FAIL', row, major)
    if (wanted.length && r.shown) console.log('shown', r.shown.split('\n')[0])
  }
}
process.exit(0)
