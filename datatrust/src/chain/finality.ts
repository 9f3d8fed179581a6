import { type Address, addressSchema } from '@gristmill/protocol'

/** Blocks after which a payment counts, its own included; or the chain's own word for it. */
export type Confirmations = number | 'finalized'

interface Step {
  /** Units of the token's decimals. */
  fromValue: bigint
  confirmations: Confirmations
}

const STEP = /^(0|[1-9][0-9]{0,28}):([1-9][0-9]{0,3}|finalized)$/
/** Of a token that is not named. */
const DEFAULT_STEPS: readonly Step[] = [{ fromValue: 0n, confirmations: 'finalized' }]

/** How final a payment has to be for its value, by token, before anything is delivered for it. */
export class Finality {
  readonly #text: string
  readonly #others: readonly Step[]
  readonly #byToken: ReadonlyMap<Address, readonly Step[]>

  /**
   * Reads `VALUE:CONFIRMATIONS,…` for every token, or `TOKEN=VALUE:CONFIRMATIONS,…;…` for some. Values are in units of the
   * token's decimals, rise, and begin at 0; confirmations are a number or `finalized`.
   */
  constructor(text: string) {
    this.#text = text
    const lists = text.split(';').map(readList)
    this.#byToken = new Map(lists.flatMap(({ token, steps }) => (token === undefined ? [] : [[token, steps] as const])))
    this.#others = lists.find(({ token }) => token === undefined)?.steps ?? DEFAULT_STEPS
    const names = new Set(lists.map(({ token }) => token))
    if (names.size !== lists.length) throw wrong()
  }

  /** What a payment needs. */
  of(token: Address, value: bigint): Confirmations {
    const steps = this.#byToken.get(token) ?? this.#others
    return (steps.findLast(({ fromValue }) => fromValue <= value) as Step).confirmations
  }

  /** True if the chain has to say what is final. */
  get asksChain(): boolean {
    return [this.#others, ...this.#byToken.values()].flat().some(({ confirmations }) => confirmations === 'finalized')
  }

  /** As it was given. */
  toString(): string {
    return this.#text
  }
}

/** True for a text that Finality reads. */
export function isFinality(text: string): boolean {
  try {
    new Finality(text)
    return true
  } catch {
    return false
  }
}

function readList(text: string): { token?: Address; steps: Step[] } {
  const [first = '', second] = text.split('=')
  const steps = (second ?? first).split(',').map((step) => {
    const [, value, confirmations] = STEP.exec(step.trim()) ?? []
    if (value === undefined || confirmations === undefined) throw wrong()
    return {
      fromValue: BigInt(value),
      confirmations: confirmations === 'finalized' ? confirmations : Number(confirmations),
    } as const
  })
  const rises = steps.every(({ fromValue }, index) => index === 0 || fromValue > (steps[index - 1] as Step).fromValue)
  if (steps[0]?.fromValue !== 0n || !rises) throw wrong()
  return second === undefined ? { steps } : { token: addressSchema.parse(first.trim()), steps }
}

function wrong(): TypeError {
  return new TypeError('finality is [TOKEN=]0:CONFIRMATIONS,VALUE:CONFIRMATIONS,… with rising values, lists apart by ;')
}
