import { Client } from '@gristmill/sdk'
import type { Command } from 'commander'
import { formatEther } from 'ethers'
import { formatDuration, formatInstant } from '../duration.js'
import type { Io } from '../io.js'
import { actorOfFile } from '../keys/actor.js'
import { keysDirectory } from '../keys/key-store.js'
import { listKeys } from '../keys/list-keys.js'
import { moneyOf } from '../money.js'
import { fields, printResult } from '../output.js'
import { table } from '../table.js'
import { connectNetwork } from './running-network.js'

export async function showStatus(io: Io, command: Command): Promise<void> {
  using network = await connectNetwork(io, command)
  const { provider, loaded } = network
  const { profile, directory } = loaded
  const { rpcUrl, deployment, datatrustUrl, market, token } = profile
  const client = await Client.connect({ runner: provider, deployment })
  const [blockNumber, pending, datatrust] = await Promise.all([
    provider.getBlockNumber(),
    provider.getBlock('pending'),
    datatrustUrl === undefined ? 'none' : stateOf(datatrustUrl),
  ])
  const timestamp = pending?.timestamp ?? 0
  const accounts = await Promise.all(
    (await listKeys(keysDirectory(directory))).map(async (entry) => {
      const { name, address } = await actorOfFile(io, command, entry)
      const [native, balance] = await Promise.all([
        provider.getBalance(address),
        token === undefined ? { wallet: 0n, vault: 0n } : client.vault.balance({ token, account: address }),
      ])
      return { name, address, nativeWei: native, wallet: balance.wallet, vault: balance.vault }
    }),
  )
  const money = token === undefined ? undefined : await moneyOf(client, token)
  const format = (amount: bigint) => money?.format(amount) ?? String(amount)
  const aheadSeconds = timestamp - Math.floor(Date.now() / 1_000)
  const facts = fields({
    chain: `${deployment.chainId} at ${rpcUrl}, block ${blockNumber}`,
    time: `${formatInstant(timestamp)}${aheadSeconds > 1 ? `, ${formatDuration(aheadSeconds)} ahead of this machine` : ''}`,
    datatrust: datatrustUrl === undefined ? datatrust : `${datatrustUrl}, ${datatrust}`,
    market,
    'play money': token,
  })
  const columns = [
    { name: 'account' },
    { name: 'address' },
    { name: 'wallet', align: 'right' },
    { name: 'vault', align: 'right' },
    { name: 'gas', align: 'right' },
  ] as const
  const rows = accounts.map(({ name, address, wallet, vault, nativeWei }) => ({
    account: name,
    address,
    wallet: format(wallet),
    vault: format(vault),
    gas: Number(formatEther(nativeWei)).toFixed(2),
  }))
  const result = {
    rpcUrl,
    chainId: deployment.chainId,
    blockNumber,
    timestamp,
    aheadSeconds,
    datatrustUrl,
    datatrust,
    market,
    token,
    accounts,
  }
  printResult(io, command, result, [...facts, '', ...table(io, columns, rows)])
}

const ANSWER_TIMEOUT_MS = 3_000

async function stateOf(datatrustUrl: string): Promise<'ready' | 'not ready' | 'does not answer'> {
  try {
    const { ok } = await fetch(new URL('/v1/health/ready', datatrustUrl), {
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    })
    return ok ? 'ready' : 'not ready'
  } catch {
    return 'does not answer'
  }
}
