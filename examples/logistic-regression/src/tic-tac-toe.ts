const SIZE = 9
const LINES = [
  [0, 1, 2],
  [3, 4, 5],
  [6, 7, 8],
  [0, 3, 6],
  [1, 4, 7],
  [2, 5, 8],
  [0, 4, 8],
  [2, 4, 6],
] as const
const SQUARES = ['top', 'middle', 'bottom'].flatMap((row) =>
  ['left', 'middle', 'right'].map((side) => `${row}_${side}`),
)

const wins = (board: string, player: 'x' | 'o'): boolean =>
  LINES.some((line) => line.every((square) => board[square] === player))

/** Boards at which games end, x moving first, each once. */
function endgames(board = 'b'.repeat(SIZE), player: 'x' | 'o' = 'x', found = new Set<string>()): Set<string> {
  if (wins(board, 'x') || wins(board, 'o') || !board.includes('b')) return found.add(board)
  for (let square = 0; square < SIZE; square++)
    if (board[square] === 'b')
      endgames(board.slice(0, square) + player + board.slice(square + 1), player === 'x' ? 'o' : 'x', found)
  return found
}

/**
 * The tic-tac-toe endgame benchmark, exact by rule: the 958 boards at which a game can end when x moves first, nine
 * squares of x, o or b (blank), and whether x has won (626 positive, 332 negative).
 */
export function ticTacToeCsv(): string {
  const rows = [...endgames()].sort().map((board) => [...board, wins(board, 'x') ? 'positive' : 'negative'].join(','))
  return `${[[...SQUARES, 'x_wins'].join(','), ...rows].join('\n')}\n`
}
