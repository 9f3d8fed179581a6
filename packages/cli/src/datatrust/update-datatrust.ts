import { prepareIdentity } from '@gristmill/datatrust'
import type { Command } from 'commander'
import { ArgumentError } from '../argument-errors.js'
import { parseAddress } from '../arguments.js'
import type { Io } from '../io.js'
import { fields, printResult } from '../output.js'
import { loadProfile } from '../profile.js'
import { step } from '../progress.js'
import { openSession } from '../session.js'
import { dataFolderOf } from './data-folder.js'
import { type DatatrustOptions, datatrustOf } from './datatrust-of.js'
import { type KeyOptions, keyProtectionOf } from './key-options.js'
import { parseDatatrustUrl } from './parse-url.js'

export const UPDATE_GAS = 120_000n

export interface UpdateOptions extends DatatrustOptions, KeyOptions {
  url?: string
  payout?: string
  keys?: boolean
}

export async function updateDatatrust(io: Io, command: Command, options: UpdateOptions): Promise<void> {
  const { url, payout, keys } = options
  if (url === undefined && payout === undefined && keys !== true) {
    throw new ArgumentError('options', 'say nothing to change: give --url, --payout or --keys.')
  }
  const loaded = await loadProfile(io, command)
  const datatrust = await datatrustOf(io, loaded, options)
  await using session = await openSession(io, command)
  const { client } = session
  const before = await client.datatrusts.get({ datatrust })
  const dataDirectory = dataFolderOf(io, loaded, options)
  const identity = keys === true ? await prepareIdentity({ dataDirectory, ...keyProtectionOf(io, options) }) : before
  const after = {
    signer: identity.signer,
    payout: payout === undefined ? before.payout : parseAddress('--payout', payout),
    keyFingerprint: identity.keyFingerprint,
    url: url === undefined ? before.url : parseDatatrustUrl(url),
  }
  const changes = Object.entries(after).filter(([name, value]) => before[name as keyof typeof after] !== value)
  const facts = changes.map(([name, value]) => [name, `${before[name as keyof typeof after]} becomes ${value}`])
  if (changes.length === 0) throw new ArgumentError('options', 'change nothing: the chain has these values already.')
  await session.confirm({
    title: `Update datatrust ${datatrust}`,
    facts: Object.fromEntries(facts),
    transactions: [
      { contract: 'datatrusts', function: 'update', args: { datatrust, ...after }, typicalGas: UPDATE_GAS },
    ],
    ...(keys === true
      ? { irreversible: 'Quotes and attestations that the old signer gave are void from now on.' }
      : {}),
  })
  const { receipt } = await step(io, 'Updates', () => client.datatrusts.update({ datatrust, ...after }))
  const lines = fields({ datatrust, ...after, transaction: receipt.hash })
  printResult(io, command, { datatrust, ...after, transactionHash: receipt.hash }, lines)
}
