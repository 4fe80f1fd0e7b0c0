import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generatedFiles, outdatedFiles } from './generate-docs.ts'

test('the reference pages and schema.json are what the code says', () => {
  assert.deepEqual(outdatedFiles(), [], 'run `npm run docs`')
})

test('what is generated is the same each time', () => {
  assert.deepEqual(generatedFiles(), generatedFiles())
})

test('every setting, error and command is on its page', () => {
  const files = generatedFiles()
  for (const word of ['`legacy`', '`firstByte`', '`stickyBy`', 'CUTOVER_ADMIN_TOKEN', '`envFile`', '`trustedProxies`']) {
    assert.ok(files['docs/reference/config.md']?.includes(word.replace('`legacy`', '## legacy')), word)
  }
  for (const word of ['CUT_CONFIG_INVALID', 'CUT_NOT_RUNNING']) assert.ok(files['docs/reference/errors.md']?.includes(word), word)
  for (const word of ['init', 'up', 'share', 'rollback', 'status', 'explain', 'doctor']) assert.ok(files['docs/reference/cli.md']?.includes(`## ${word}\n`), word)
})
