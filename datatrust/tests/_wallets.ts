import type { Localnet } from '@gristmill/localnet'
import { type Address, AUTHORIZATION_SCHEME, type Hex } from '@gristmill/protocol'
import { getCreateAddress, type SigningKey, Wallet } from 'ethers'
import { random32, walletOf } from './_util.js'

/** Runtime code of accounts that answer `isValidSignature` (ERC-1271), each in its own way; at most 16 bytes. */
export const WALLETS = {
  // Returns 0x1626ba7e and zeros, whatever was signed.
  agrees: '631626ba7e60e01b60005260206000f3',
  // Returns a word of zeros.
  declines: '60206000f3',
  // Returns the magic value with dirt behind it.
  mumbles: '641626ba7e0160d81b5f5260205ff3',
  // Returns the four bytes alone.
  clips: '631626ba7e60e01b5f5260045ff3',
  // Returns the magic value and half a megabyte of zeros.
  floods: '631626ba7e60e01b5f52620800005ff3',
  // Returns nothing.
  shrugs: '00',
  reverts: '60006000fd',
  // Reverts with 32 KiB of zeros: for more the local chain itself takes many seconds.
  rages: '6180005ffd',
  // Jumps in a circle until its gas is used up.
  loops: '5b600056',
} as const

export type WalletName = keyof typeof WALLETS

/** Contract accounts on a chain. */
export async function deployWallets(localnet: Localnet): Promise<Record<WalletName, Address>> {
  const deployer = walletOf(localnet, 'stranger')
  const addresses: [string, Address][] = []
  for (const [name, code] of Object.entries(WALLETS)) {
    // PUSH16 code, MSTORE at 0, RETURN its 16 bytes; short code is followed by STOP.
    const data = `0x6f${code.padEnd(32, '0')}60005260106010f3`
    const receipt = await (await deployer.sendTransaction({ data })).wait()
    addresses.push([name, receipt?.contractAddress as Address])
  }
  return Object.fromEntries(addresses) as Record<WalletName, Address>
}

/** Where `deployWallets` will put the first of them. */
export async function nextWallet(localnet: Localnet): Promise<Address> {
  const deployer = walletOf(localnet, 'stranger')
  return getCreateAddress({ from: deployer.address, nonce: await deployer.getNonce() }) as Address
}

/** Has an account delegate to the code of a contract (EIP-7702); somebody else pays. */
export async function delegate(localnet: Localnet, key: SigningKey, to: Address): Promise<void> {
  const payer = walletOf(localnet, 'stranger')
  const account = new Wallet(key, payer.provider)
  const authorization = await account.authorize({ address: to, nonce: 0 })
  await (await payer.sendTransaction({ to: account.address, type: 4, authorizationList: [authorization] })).wait()
  const code = await payer.provider?.getCode(account.address)
  if (code !== `0xef0100${to.slice(2).toLowerCase()}`) throw new Error(`not delegated: ${code}`)
}

/** Value of the header `Authorization` of a contract, which decides about any signature as it likes. */
export function headerOf(account: Address, signature: Hex = '0x1234'): string {
  const json = { account, nonce: random32(), expiry: Math.floor(Date.now() / 1000) + 60, signature }
  return `${AUTHORIZATION_SCHEME} ${Buffer.from(JSON.stringify(json)).toString('base64url')}`
}
