import type { Edit } from '../mutants/mutant.ts'

/** A fault in the decisions of one language, the other left as it is. */
export interface Fault extends Edit {
  /** What is wrong, in a few words; unique. */
  readonly name: string
  readonly side: 'python' | 'typescript'
}

const rules = 'decisions/rules.json'
const python = (name: string, file: string, from: string, to: string): Fault => ({ name, side: 'python', file: file === rules || file.startsWith('catalog/') ? file : `legacy/decisions/${file}`, from, to })
const typescript = (name: string, file: string, from: string, to: string): Fault => ({ name, side: 'typescript', file: file === rules ? file : `domain/decisions/${file}`, from, to })

/** What may slip into one language, or into the data that it reads. */
export const faults: readonly Fault[] = [
  python('a category needs more points', rules, '"categories": {\n    "least": 4', '"categories": {\n    "least": 5'),
  python('a shorter beginning is read', rules, '"head": 1500', '"head": 1499'),
  python('a longer end is read', rules, '"tail": 500', '"tail": 501'),
  python('long words count less', rules, '[0, 2, 3, 4]', '[0, 2, 3, 3]'),
  python('signs count less', rules, '"signWeight": 2', '"signWeight": 1'),
  python('one letter of a script is missing', rules, '"ranges": ["0400-0481"', '"ranges": ["0401-0481"'),
  python('rare Han characters are missing', rules, '20000-323AF', '20000-2A6DF'),
  python('two letters are exchanged in lower case', rules, '"lower": "abc', '"lower": "acb'),
  python('a cheap model counts more', rules, '[10000, -80]', '[10000, -79]'),
  python('a good model counts more', rules, '[1000, 150]', '[1000, 151]'),
  python('fewer lines count', rules, '"mostLines": 10', '"mostLines": 9'),
  python('a size begins a token early', rules, '[128, 18]', '[127, 18]'),
  python('many tokens are one more', rules, '"manyTokens": 100000', '"manyTokens": 100001'),
  python('an unknown language needs a multilingual model', rules, '["en", "und"]', '["en"]'),
  python('an address asks a question', rules, '(?![a-z0-9=&/])', ''),
  python('maths needs nothing', rules, '"math": "math", ', ''),
  python('a question counts as much as a task', rules, '"fallback": true', '"fallback": false'),
  python('a price', 'catalog/models.json', '"input_nano_usd": 150,', '"input_nano_usd": 151,'),
  python('a full context is too much', 'route.py', '<= model.context_window', '< model.context_window'),
  python('the longest answer is too long', 'route.py', '<= model.max_output', '< model.max_output'),
  python('a cost at its limit is too much', 'route.py', '<= question.max_cost', '< question.max_cost'),
  python('a limit is multiplied', 'route.py', 'candidate.cost / 1e9 <= question.max_cost', 'candidate.cost <= question.max_cost * 1e9'),
  python('a place is rounded', 'route.py', '100 * (value - least) // span', 'round(100 * (value - least) / span)'),
  python('disabled models are tried', 'route.py', 'and candidate.model.id not in circumstances.disabled', ''),
  python('degraded models are not tried', 'route.py', '!= "unavailable"', 'not in ("unavailable", "degraded")'),
  python('the classifier overrules who insists', 'route.py', 'if question.model is None:', 'if True:'),
  python('tokens are rounded to the next', 'classify.py', '(size + _BYTES_PER_TOKEN - 1) // _BYTES_PER_TOKEN', 'size // _BYTES_PER_TOKEN + 1'),
  python('a lone surrogate is one byte', 'classify.py', '"surrogatepass"', '"replace"'),
  python('halves of a character are not joined', 'classify.py', 'text = paired(text)', 'pass'),
  python('lower case is Unicode\'s', 'reading.py', '.translate(_LOWER)', '.lower()'),
  python('the key escapes what is not ASCII', 'cache_key.py', 'ensure_ascii=False', 'ensure_ascii=True'),
  python('the key takes lone surrogates for question marks', 'cache_key.py', '"backslashreplace"', '"replace"'),
  python('the key has bits the other way round', 'cache_key.py', '">d"', '"<d"'),
  python('the key depends on the order of capabilities', 'cache_key.py', 'sorted(set(question.capabilities))', 'list(question.capabilities)'),
  python('a cost has no limit', 'cost.py', 'min(cost, _MOST)', 'cost'),
  typescript('characters are cut in two at the beginning', 'reading.ts', 'headEnd += isPair(prompt, headEnd) ? 2 : 1', 'headEnd += 1'),
  typescript('characters are cut in two at the end', 'reading.ts', 'tailStart -= isPair(prompt, tailStart - 2) ? 2 : 1', 'tailStart -= 1'),
  typescript('lower case is Unicode\'s', 'reading.ts', '.replace(upper, letter => lower.get(letter)!)', '.toLowerCase()'),
  typescript('the last of equal categories is chosen', 'category.ts', 'weight > best.weight', 'weight >= best.weight'),
  typescript('the last of equal languages is chosen', 'language.ts', 'points.indexOf(most)', 'points.lastIndexOf(most)'),
  typescript('words count as if they were longer', 'language.ts', 'word.length - 1, longest', 'word.length, longest'),
  typescript('a letter counts once only', 'language.ts', 'weight * count', 'weight'),
  typescript('tokens are rounded down', 'classify.ts', 'Math.ceil(', 'Math.floor('),
  typescript('complexity goes below 0', 'classify.ts', 'Math.max(0, Math.min(100,', 'Math.max(-100, Math.min(100,'),
  typescript('complexity goes beyond 100', 'classify.ts', 'Math.min(100,', 'Math.min(1000,'),
  typescript('a place is rounded', 'route.ts', 'Math.floor(', 'Math.round('),
  typescript('a limit is multiplied', 'route.ts', 'cost / 1e9 <= maxCost', 'cost <= maxCost * 1e9'),
  typescript('the slowest model is first', 'route.ts', '-model.latency_ms', 'model.latency_ms'),
  typescript('the key leaves the limit of the cost out', 'cache-key.ts', 'question.maxCost === null ? null : bits(question.maxCost)', 'null'),
  typescript('the key has capabilities twice', 'cache-key.ts', '[...new Set(question.capabilities)]', '[...question.capabilities]'),
  typescript('a cost has no limit', 'cost.ts', ', Number.MAX_SAFE_INTEGER)', ', Infinity)')
]
