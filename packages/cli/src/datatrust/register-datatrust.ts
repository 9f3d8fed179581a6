import { prepareIdentity } from '@gristmill/datatrust'
import type { Address, DatatrustId } from '@gristmill/protocol'
import type { Client } from '@gristmill/sdk'
import type { Command } from 'commander'
import { ArgumentError } from '../argument-errors.js'
import { parseAddress } from '../arguments.js'
import { type Io, leaveWord } from '../io.js'
import { fields, note, printResult } from '../output.js'
import { loadProfile, type Profile, rewriteProfile } from '../profile.js'
import { step } from '../progress.js'
import { openSession } from '../session.js'
import { type DataOption, dataFolderOf, writeRegistration } from './data-folder.js'
import { findDatatrust } from './find-datatrust.js'
import { type KeyOptions, keyProtectionOf } from './key-options.js'
import { parseDatatrustUrl } from './parse-url.js'

const REGISTER_GAS = 250_000n

export interface RegisterOptions extends DataOption, KeyOptions {
  url: string
  payout?: string
  asset?: string
}

export async function registerDatatrust(io: Io, command: Command, options: RegisterOptions): Promise<void> {
  const url = parseDatatrustUrl(options.url)
  const loaded = await loadProfile(io, command)
  const asset = assetOf(loaded.profile, options.asset)
  await using session = await openSession(io, command)
  const { client, account } = session
  const payout = options.payout === undefined ? account : parseAddress('--payout', options.payout)
  const folder = dataFolderOf(io, loaded, options)
  const identity = await step(io, `Makes the server's keys, or reads them, in ${folder}`, () =>
    prepareIdentity({ dataDirectory: folder, ...keyProtectionOf(io, options) }),
  )
  const known = await findDatatrust(client, identity.signer)
  if (known !== undefined) note(io, `These keys are registered already, as datatrust ${known.datatrust}.`)
  const registration = { ...identity, payout, asset, url }
  const { symbol } = await client.vault.token({ token: asset })
  if (known === undefined) {
    await session.confirm({
      title: 'Register a datatrust',
      facts: { url, operator: account, payout, bond: `in ${symbol}`, signer: identity.signer, folder },
      transactions: [{ contract: 'datatrusts', function: 'register', args: registration, typicalGas: REGISTER_GAS }],
      irreversible: 'The asset of the bond cannot be changed; URL, payout and keys can.',
    })
  }
  const datatrust = known?.datatrust ?? (await register(io, client, registration))
  await writeRegistration(folder, client.deployment, datatrust)
  leaveWord(io, `Datatrust ${datatrust} is registered: go on with gristmill datatrust bond AMOUNT.`)
  if (loaded.profile.datatrustUrl === undefined) await rewriteProfile(loaded.file, { datatrustUrl: known?.url ?? url })
  const lines = fields({ datatrust, ...identity, url: known?.url ?? url, payout: known?.payout ?? payout, folder })
  const next = [
    '',
    `Next: send native coin for gas to the signer ${identity.signer}; then`,
    '  gristmill datatrust bond AMOUNT',
    '  gristmill datatrust start',
    `Back up ${folder}/keys, and the passphrase elsewhere: without them nothing that is stored can be opened.`,
  ]
  const result = { datatrust, isNew: known === undefined, ...(known ?? registration), folder }
  printResult(io, command, result, [...lines, ...next])
}

function register(
  io: Io,
  client: Client,
  registration: Parameters<Client['datatrusts']['register']>[0],
): Promise<DatatrustId> {
  return step(io, 'Registers', async () => (await client.datatrusts.register(registration)).datatrust)
}

function assetOf({ token }: Profile, named: string | undefined): Address {
  if (named !== undefined) return parseAddress('--asset', named)
  if (token !== undefined) return token
  throw new ArgumentError('--asset', 'is needed: name the ERC-20 of the bond; the profile has no token.')
}
