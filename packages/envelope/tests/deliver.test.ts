import { beforeAll, describe, expect, it } from 'vitest'
import {
  deliver,
  KeyExpiredError,
  MalformedMessageError,
  MessageError,
  messageOf,
  openMessage,
  RecipientSealingError,
  readAll,
  rewrap,
  type SealedMessage,
  WrongKeyError,
} from '../src/index.js'
import { inPieces, makeLegacyParty, makeParty, openWithLibrary, type Party, patternOf, storeAsset } from './_util.js'

const PLAIN = patternOf(600_000)
let datatrust: Party
let buyer: Party
let legacyBuyer: Party
let stored: { keyPackets: Uint8Array; data: Uint8Array }
beforeAll(async () => {
  datatrust = await makeParty('Datatrust')
  buyer = await makeParty('Buyer')
  legacyBuyer = await makeLegacyParty('Old buyer')
  const { keyPackets, data } = await storeAsset(PLAIN, datatrust)
  stored = { keyPackets, data: await readAll(data) }
})

const fromStore = (data = stored.data): SealedMessage => ({
  keyPackets: stored.keyPackets,
  data: inPieces(data, [65_536]),
})
const paramsFor = ({ recipient }: Party) => ({ decryptionKey: datatrust.key, recipient, maxBytes: PLAIN.length })

describe('rewrap', () => {
  it('gives the stored data, untouched, to another recipient', async () => {
    const keyPackets = await rewrap(stored.keyPackets, { decryptionKey: datatrust.key, recipient: buyer.recipient })
    const message = new Uint8Array(Buffer.concat([keyPackets, stored.data]))
    expect(await openWithLibrary(message, buyer.armoredPrivate)).toEqual(PLAIN)
    await expect(openWithLibrary(message, datatrust.armoredPrivate)).rejects.toThrow()
  })

  it('rotates the keeper’s own key', async () => {
    const next = await makeParty('Datatrust, next year')
    const keyPackets = await rewrap(stored.keyPackets, { decryptionKey: datatrust.key, recipient: next.recipient })
    const again = await rewrap(keyPackets, { decryptionKey: next.key, recipient: buyer.recipient })
    expect(await openWithLibrary(new Uint8Array(Buffer.concat([again, stored.data])), buyer.armoredPrivate)).toEqual(
      PLAIN,
    )
  })

  it('refuses a key that cannot open, one that cannot read, and packets that are none', async () => {
    const { keyPackets } = stored
    await expect(rewrap(keyPackets, { decryptionKey: buyer.key, recipient: buyer.recipient })).rejects.toBeInstanceOf(
      WrongKeyError,
    )
    await expect(rewrap(keyPackets, paramsFor(legacyBuyer))).rejects.toBeInstanceOf(RecipientSealingError)
    for (const bad of [new Uint8Array(), new Uint8Array(70_000), Buffer.concat([keyPackets, Uint8Array.of(0)])]) {
      await expect(rewrap(bad, paramsFor(buyer))).rejects.toBeInstanceOf(MalformedMessageError)
    }
    await expect(rewrap(keyPackets.subarray(0, -1), paramsFor(buyer))).rejects.toBeInstanceOf(MessageError)
  })
})

describe('deliver', () => {
  it('rewraps for a key that reads SEIPDv2: the very bytes of the store', async () => {
    const delivery = await deliver(fromStore(), paramsFor(buyer))
    expect(delivery.method).toBe('rewrap')
    expect(await readAll(delivery.data)).toEqual(stored.data)
    const opened = openMessage(messageOf({ ...delivery, data: inPieces(stored.data, [999]) }), buyer.key, {
      maxBytes: PLAIN.length,
    })
    expect(await readAll(opened)).toEqual(PLAIN)
  })

  it('recodes for a key that does not', async () => {
    const delivery = await deliver(fromStore(), paramsFor(legacyBuyer))
    expect(delivery.method).toBe('recode')
    const message = await readAll(messageOf(delivery))
    expect(await openWithLibrary(message, legacyBuyer.armoredPrivate)).toEqual(PLAIN)
  })

  it('never completes a recoded message over damaged storage', async () => {
    const damaged = stored.data.slice()
    damaged[400_000]! ^= 1
    const { keyPackets, data } = await deliver(fromStore(damaged), paramsFor(legacyBuyer))
    const received: Uint8Array[] = [keyPackets]
    const reading = (async () => {
      for await (const chunk of data) received.push(chunk)
    })()
    await expect(reading).rejects.toBeInstanceOf(MessageError)
    await expect(openWithLibrary(new Uint8Array(Buffer.concat(received)), legacyBuyer.armoredPrivate)).rejects.toThrow()
  })

  it('refuses a recipient that expired since it was read', async () => {
    const { generateKey } = await import('openpgp')
    const { publicKey } = await generateKey({ userIDs: { name: 'Brief' }, keyExpirationTime: 1 })
    const { readRecipient } = await import('../src/index.js')
    const recipient = await readRecipient(publicKey)
    await new Promise((resolve) => setTimeout(resolve, 2100))
    await expect(deliver(fromStore(), { ...paramsFor(buyer), recipient })).rejects.toBeInstanceOf(KeyExpiredError)
  })
})
