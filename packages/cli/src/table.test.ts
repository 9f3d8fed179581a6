import { describe, expect, it } from 'vitest'
import { table } from './table.js'

const COLUMNS = [
  { name: 'name', flexible: true },
  { name: 'price', align: 'right' },
] as const
const ROWS = [
  { name: 'a very long name of a dataset', price: '5.0' },
  { name: '天気 \u001b[31m', price: '12.5' },
]
const on = (isTTY: boolean, columns?: number) => ({
  stdout: { write: () => undefined, isTTY, ...(columns && { columns }) },
})

describe('a table', () => {
  it('stands in columns, whatever the script, and neutralises what others wrote', () => {
    expect(table(on(false), COLUMNS, ROWS)).toEqual([
      'NAME                           PRICE',
      'a very long name of a dataset    5.0',
      '天気 \u{fffd}[31m                      12.5',
    ])
  })

  it('is cut to the terminal, in the columns that may be cut', () => {
    const lines = table(on(true, 20), COLUMNS, ROWS)
    expect(lines[1]).toBe('a very long …    5.0')
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(20)
  })
})
