import { ethers } from '../support/chain.ts'
import { UNIT } from '../support/defaults.ts'
import { deployVault, deposit } from '../support/deploy.ts'

export const FINGERPRINT = ethers.id('an OpenPGP v6 key')
export const URL_OF_DATATRUST = 'https://datatrust.example/api'

/** One registered datatrust without a bond; its operator has money in the Vault. */
export async function deployDatatrust() {
  const fixture = await deployVault()
  const { datatrusts, token, operator, signer, payout } = fixture
  await deposit(fixture, operator, 10_000n * UNIT, datatrusts)
  await datatrusts.connect(operator).register(signer.address, payout.address, token, FINGERPRINT, URL_OF_DATATRUST)
  return { ...fixture, id: 1n }
}
