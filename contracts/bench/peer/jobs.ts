import { by } from '../../test/trade/contracts.ts'
import { signPermit } from '../../test/trade/permit.ts'
import { COMPUTE_PRICE, DAY, HOUR } from '../../test/trade/terms.ts'
import type { Account } from '../../test/trade/world.ts'
import { type Step, step } from '../step.ts'
import type { Peer } from './peer.ts'

const DEPOSIT = 1_000_000n
/** What a payer allows a payee to lock: enough for every job of the bench. */
const MAX_LOCKED = 10n ** 12n
const MAX_SECONDS = 30n * DAY
const MAX_LOCKS = 1_000n

/** Deposit by permit, then the authorisation of the payee: the fewest transactions that the escrow asks for. */
export async function setUpEscrow(peer: Peer, payer: Account, amount = DEPOSIT): Promise<Step[]> {
  const { world, escrow } = peer
  const { deadline, v, r, s } = await signPermit(world, amount, payer, escrow.target)
  const depositing = escrow.connect(payer).depositWithPermit(world.asset, amount, deadline, v, r, s)
  return [await step('payer: Escrow.depositWithPermit', depositing), await authorize(peer, payer)]
}

/** Locks the price of a job for the payee, who alone decides that. */
export async function lock(peer: Peer, job: number): Promise<Step[]> {
  return [await step('payee: Escrow.createLock', createLock(peer, job))]
}

/** Claims the whole price of a job, with an empty proof. */
export async function claim({ world, escrow }: Peer, job: number): Promise<Step[]> {
  const args = [job, world.asset, world.buyer.address, COMPUTE_PRICE, '0x'] as const
  return [await step('payee: Escrow.claimLock', escrow.connect(world.signer).claimLock(...args))]
}

/** Claims all of `open` open locks in one transaction. */
export async function claimAll({ world, escrow }: Peer, open: number): Promise<Step[]> {
  const all = <T>(value: (job: number) => T): T[] => Array.from({ length: open }, (_, i) => value(i + 1))
  const claiming = escrow.connect(world.signer).claimLocks(
    all((job) => job),
    all(() => world.asset),
    all(() => world.buyer.address),
    all(() => COMPUTE_PRICE),
    all(() => '0x'),
  )
  return [await step(`payee: Escrow.claimLocks(${open})`, claiming)]
}

/** Returns the money of a job that nobody claimed, after its lock expired. */
export async function cancel({ world, escrow }: Peer, job: number): Promise<Step[]> {
  await world.chain.wait(2n * HOUR)
  const { buyer, signer, asset } = world
  const cancelling = escrow.connect(buyer).cancelExpiredLock(job, asset, buyer.address, signer.address)
  const { available: before } = await escrow.getUserFunds(buyer.address, asset)
  const cancelled = await step('payer: Escrow.cancelExpiredLock', cancelling)
  const { available } = await escrow.getUserFunds(buyer.address, asset)
  if (available <= before) throw new Error('the peer returned nothing')
  return [cancelled]
}

/** The same where all of the payer's deposit was in that lock. */
export async function cancelFirst(peer: Peer): Promise<Step[]> {
  await setUpEscrow(peer, peer.world.buyer, COMPUTE_PRICE)
  await openLocks(peer, 1)
  return cancel(peer, 1)
}

/** The same to a wallet that has none of the token. */
export async function withdrawToEmptyWallet(peer: Peer): Promise<Step[]> {
  const { buyer, token, maker } = peer.world
  await setUpEscrow(peer, buyer)
  await by(buyer, token).transfer(maker.address, await token.balanceOf(buyer.address))
  return withdrawFromEscrow(peer)
}

export async function withdrawFromEscrow(peer: Peer): Promise<Step[]> {
  const { world, escrow } = peer
  return [await step('payer: Escrow.withdraw', escrow.connect(world.buyer).withdraw([world.asset], [DEPOSIT]))]
}

/** Jobs 1 to `count`. */
export async function openLocks(peer: Peer, count: number): Promise<void> {
  for (let job = 1; job <= count; job++) await createLock(peer, job)
}

async function createLock(peer: Peer, job: number) {
  const { world, escrow } = peer
  return escrow.connect(world.signer).createLock(job, world.asset, world.buyer.address, COMPUTE_PRICE, HOUR)
}

function authorize({ world, escrow }: Peer, payer: Account): Promise<Step> {
  const args = [world.asset, world.signer.address, MAX_LOCKED, MAX_SECONDS, MAX_LOCKS] as const
  return step('payer: Escrow.authorize', escrow.connect(payer).authorize(...args))
}
