import { formatUnits } from 'ethers'

const WIDTH = 18
const DECIMALS = 6

/** An amount of the play money, for people. */
export const money = (amount: bigint): string => {
  const [whole = '0', fraction = ''] = formatUnits(amount, DECIMALS).split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return `${grouped}.${fraction.padEnd(2, '0')}`
}

/** The same to the unit, for columns. */
export const exact = (amount: bigint): string => {
  const [whole, fraction = ''] = money(amount).split('.')
  return `${whole}.${fraction.padEnd(DECIMALS, '0')}`
}

/** An amount of shares, for people: 18 decimals, two of them shown. */
export const shares = (amount: bigint): string => (Number(amount / 10n ** 16n) / 100).toFixed(2)

/** A fraction, for people. */
export const percent = (fraction: number): string => `${(100 * fraction).toFixed(1)} %`

/** A numbered account of what happens, written for somebody who has never seen it. */
export class Transcript {
  #step = 0
  readonly #write: (line: string) => void

  constructor(write: (line: string) => void) {
    this.#write = write
  }

  /** Opens a step. */
  step(title: string, text: string): void {
    this.#step += 1
    this.#write(`\n${String(this.#step).padStart(2)}  ${title}\n    ${text}`)
  }

  /** A fact within a step. */
  fact(name: string, value: string): void {
    this.#write(`    ${name.padEnd(WIDTH)}${value}`)
  }

  /** A line as it is. */
  line(text = ''): void {
    this.#write(text)
  }
}
