import type { SigningHooks, SigningRequest, TransactionRequest } from '@gristmill/sdk'
import type { Io } from '../io.js'
import { UnplannedSignatureError } from '../prompt-errors.js'
import { agrees } from './agrees.js'
import type { Plan } from './plan.js'

/** Lets through what a confirmed plan has, once each, and nothing else but a log-in and a complaint. */
export class Guard {
  readonly #transactions: Plan['transactions'][number][] = []
  readonly #signatures: string[] = []

  /** Adds what was confirmed. */
  admit({ transactions, signatures = [] }: Plan): void {
    this.#transactions.push(...transactions)
    this.#signatures.push(...signatures)
  }

  /** For `Client.connect`. */
  hooks(io: Io): SigningHooks {
    return {
      beforeSign: (request) => this.#check(request),
      onTransaction: ({ state, contract, function: name, transactionHash }) => {
        io.transactions.set(transactionHash, { name: `${contract}.${name}`, state })
      },
    }
  }

  #check(request: SigningRequest): void {
    if (request.kind === 'transaction') this.#takeTransaction(request)
    // A log-in to the datatrust binds the account to nothing.
    else if (request.primaryType !== 'Request') this.#takeSignature(request.primaryType)
  }

  #takeSignature(primaryType: string): void {
    const index = this.#signatures.indexOf(primaryType)
    if (index === -1) throw new UnplannedSignatureError(primaryType)
    this.#signatures.splice(index, 1)
  }

  #takeTransaction({ contract, function: name, args }: TransactionRequest): void {
    // It costs its gas and brings a price back: a wrong cell is proved before its window is over, whoever is there to ask.
    if (contract === 'orders' && name === 'complain') return
    const index = this.#transactions.findIndex(
      (planned) => planned.contract === contract && planned.function === name && agrees(planned.args, args),
    )
    if (index === -1) throw new UnplannedSignatureError(`${contract}.${name}`)
    this.#transactions.splice(index, 1)
  }
}
