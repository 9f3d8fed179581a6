import { type Hex, ProtocolError } from '@gristmill/protocol'
import {
  AbstractSigner,
  copyRequest,
  getAddress,
  hashMessage,
  type Provider,
  recoverAddress,
  resolveAddress,
  resolveProperties,
  Signature,
  Transaction,
  type TransactionLike,
  type TransactionRequest,
  type TypedDataDomain,
  TypedDataEncoder,
  type TypedDataField,
} from 'ethers'
import type { DigestSignature, SigningKey } from './key-provider.js'

/** Order of secp256k1 (SEC 2, 2.4.1). */
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

/** Thrown when what keeps the signing key gives a signature that is not its. */
export class WrongSignatureError extends ProtocolError {
  readonly code = 'WRONG_SIGNATURE' as const

  constructor(address: string) {
    super(`The signature is not by ${address}. Check that the key service signs with the key whose address it names.`, {
      details: { address },
    })
  }
}

/** An account whose key may be anywhere: everything it signs is one digest of 32 bytes. */
export class Signer extends AbstractSigner {
  readonly address: string
  readonly #key: SigningKey

  constructor(key: SigningKey, provider: Provider | null = null) {
    super(provider)
    this.#key = key
    this.address = getAddress(key.address)
  }

  async getAddress(): Promise<string> {
    return this.address
  }

  connect(provider: Provider | null): Signer {
    return new Signer(this.#key, provider)
  }

  async signTransaction(request: TransactionRequest): Promise<string> {
    const copied = copyRequest(request)
    const { from, to } = await resolveProperties({
      from: copied.from ? resolveAddress(copied.from, this) : undefined,
      to: copied.to ? resolveAddress(copied.to, this) : undefined,
    })
    if (from !== undefined && getAddress(from) !== this.address) throw new WrongSignatureError(this.address)
    const { from: _signer, ...unsigned } = { ...copied, ...(to === undefined ? {} : { to }) }
    const transaction = Transaction.from(unsigned as TransactionLike<string>)
    transaction.signature = await this.#sign(transaction.unsignedHash as Hex)
    return transaction.serialized
  }

  async signMessage(message: string | Uint8Array): Promise<string> {
    return (await this.#sign(hashMessage(message) as Hex)).serialized
  }

  async signTypedData(
    domain: TypedDataDomain,
    types: Record<string, TypedDataField[]>,
    value: Record<string, unknown>,
  ): Promise<string> {
    return (await this.#sign(TypedDataEncoder.hash(domain, types, value) as Hex)).serialized
  }

  async #sign(digest: Hex): Promise<Signature> {
    const canonical = lowS(await this.#key.sign(digest))
    for (const yParity of [0, 1] as const) {
      const signature = Signature.from({ ...canonical, yParity })
      if (recovers(digest, signature) === this.address) return signature
    }
    throw new WrongSignatureError(this.address)
  }
}

/** KMSs give either s; the chain takes the low one (EIP-2). */
function lowS({ r, s }: DigestSignature): DigestSignature {
  const value = BigInt(s)
  return value <= ORDER / 2n ? { r, s } : { r, s: `0x${(ORDER - value).toString(16).padStart(64, '0')}` }
}

function recovers(digest: Hex, signature: Signature): string | undefined {
  try {
    return recoverAddress(digest, signature)
  } catch {
    return undefined
  }
}
