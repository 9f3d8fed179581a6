import { describe, expect, it } from 'vitest'
import { ticTacToeCsv } from './tic-tac-toe.js'

describe('the tic-tac-toe endgames', () => {
  const [header, ...rows] = ticTacToeCsv().trimEnd().split('\n')

  it('are the 958 boards of the benchmark, 626 of them won by x, none twice', () => {
    expect(rows).toHaveLength(958)
    expect(new Set(rows.map((row) => row.slice(0, 17))).size).toBe(958)
    expect(rows.filter((row) => row.endsWith('positive'))).toHaveLength(626)
  })

  it('have nine squares and a label', () => {
    expect(header?.split(',')).toHaveLength(10)
    for (const row of rows) expect(row).toMatch(/^([xob],){9}(positive|negative)$/)
  })

  it('are boards that play can reach: x moved as often as o, or once more', () => {
    for (const row of rows) {
      const count = (player: string) => [...row.slice(0, 17)].filter((square) => square === player).length
      expect([0, 1]).toContain(count('x') - count('o'))
    }
  })
})
