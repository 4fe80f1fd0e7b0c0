/** A number of an answer that a double does not hold, such as an id of 19 digits: kept as its text. */
export class NumberText {
  readonly text: string

  constructor (text: string) {
    this.text = text
  }

  toString (): string {
    return this.text
  }
}

/** JSON.stringify that writes a {@link NumberText} as the number it is. */
export function jsonWithNumbers (value: unknown): string {
  const numbers: string[] = []
  const mark = 'cutover-number-5d1f0c9e'
  const text = JSON.stringify(value, (_, each: unknown) => each instanceof NumberText ? `${mark}:${numbers.push(each.text) - 1}` : each)
  return numbers.length === 0 ? text : text.replace(new RegExp(`"${mark}:(\\d+)"`, 'g'), (_, index: string) => numbers[Number(index)]!)
}
