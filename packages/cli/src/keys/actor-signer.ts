import {
  AbstractSigner,
  type Provider,
  type TransactionRequest,
  type TypedDataDomain,
  type TypedDataField,
} from 'ethers'
import type { Actor } from './actor.js'

/** Signs for an actor; the key is opened at the first signature, so that reading asks for no password. */
export class ActorSigner extends AbstractSigner {
  readonly #actor: Actor

  constructor(actor: Actor, provider: Provider | null = null) {
    super(provider)
    this.#actor = actor
  }

  async getAddress(): Promise<string> {
    return this.#actor.address
  }

  connect(provider: Provider | null): ActorSigner {
    return new ActorSigner(this.#actor, provider)
  }

  async signTransaction(transaction: TransactionRequest): Promise<string> {
    return (await this.#actor.unlock()).connect(this.provider).signTransaction(transaction)
  }

  async signMessage(message: string | Uint8Array): Promise<string> {
    return (await this.#actor.unlock()).signMessage(message)
  }

  async signTypedData(
    domain: TypedDataDomain,
    types: Record<string, TypedDataField[]>,
    value: Record<string, unknown>,
  ): Promise<string> {
    return (await this.#actor.unlock()).connect(this.provider).signTypedData(domain, types, value)
  }
}
