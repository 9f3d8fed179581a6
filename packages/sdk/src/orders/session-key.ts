import { type Address, type Hex, type TypedData, typedDataDigest } from '@gristmill/protocol'
import { computeAddress, hexlify, randomBytes, SigningKey } from 'ethers'

/**
 * A key for one order of the fair exchange: it asks the datatrust for the order's bytes and acknowledges them, so that
 * the wallet is asked for no signature but that of the quote request. It moves no money; who has it can have the key of
 * this order revealed, for bytes that never arrived.
 */
export interface SessionKey {
  /** Names it in the quote, as `ackKey`. */
  address: Address
  privateKey: Hex
}

/**
 * A fresh session key. Keep it until the download is over, as `sessionFile` of `@gristmill/sdk/node` does: without it
 * nothing can be acknowledged, and the price comes back only when the order's time is over.
 */
export function createSessionKey(): SessionKey {
  return sessionKeyOf(hexlify(randomBytes(32)) as Hex)
}

/** The session key with this private key. */
export function sessionKeyOf(privateKey: Hex): SessionKey {
  return { address: computeAddress(privateKey) as Address, privateKey }
}

/** Signs an EIP-712 message. */
export function signBySession({ privateKey }: SessionKey, message: TypedData): Hex {
  return new SigningKey(privateKey).sign(typedDataDigest(message)).serialized as Hex
}
