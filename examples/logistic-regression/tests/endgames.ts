const LINES = [
  [0, 1, 2],
  [3, 4, 5],
  [6, 7, 8],
  [0, 3, 6],
  [1, 4, 7],
  [2, 5, 8],
  [0, 4, 8],
  [2, 4, 6],
]

/** CSV of every board at which a game of tic-tac-toe can end if x begins; positive: x has won. */
export function endgames(): string {
  const rows = new Map<string, string>()
  const hasWon = (board: string, player: string) => LINES.some((line) => line.every((cell) => board[cell] === player))
  const play = (board: string, player: string): void => {
    if (hasWon(board, 'x') || hasWon(board, 'o') || !board.includes('b')) {
      rows.set(board, hasWon(board, 'x') ? 'positive' : 'negative')
      return
    }
    for (let cell = 0; cell < 9; cell++) {
      if (board[cell] !== 'b') continue
      play(board.slice(0, cell) + player + board.slice(cell + 1), player === 'x' ? 'o' : 'x')
    }
  }
  play('bbbbbbbbb', 'x')
  const lines = [...rows].sort().map(([board, label]) => [...board, label].join(','))
  return `a1,a2,a3,b1,b2,b3,c1,c2,c3,class\n${lines.join('\n')}\n`
}
