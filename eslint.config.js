import neostandard, { resolveIgnoresFromGitignore } from 'neostandard'
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript'
import importX from 'eslint-plugin-import-x'
import { zones } from './scripts/layers.mjs'

export default [
  ...neostandard({ ts: true, ignores: [...resolveIgnoresFromGitignore(), '**/dist/**'] }),
  {
    plugins: { imports: importX },
    settings: {
      'import-x/resolver-next': [createTypeScriptImportResolver({ conditionNames: ['cutover-source', 'types', 'import', 'default'] })],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
      'import-x/extensions': ['.ts', '.tsx', '.js', '.mjs']
    },
    rules: {
      'imports/no-cycle': ['error', { ignoreExternal: true }],
      'max-lines': ['error', { max: 400 }]
    }
  },
  {
    files: ['packages/cutover/src/**'],
    rules: {
      'imports/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones: zones('packages/cutover/src') }]
    }
  },
  {
    files: ['packages/*/src/**'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      'no-console': 'error'
    }
  },
  {
    files: ['packages/cutover/src/cli/**'],
    rules: { 'no-console': 'off' }
  }
]
