import {
  type AlgorithmTerms,
  bytes32Schema,
  explainAlgorithmTerms,
  explainPolicy,
  type ListedSize,
  type ListingId,
  type Policy,
} from '@gristmill/protocol'
import { inspectTable } from '@gristmill/runner'
import type { Command } from 'commander'
import { ArgumentError } from '../argument-errors.js'
import type { Io } from '../io.js'
import { NoComputeError } from '../listing/listing-errors.js'
import { note, printResult } from '../output.js'
import { openAsset, watchAsset } from '../publish/asset.js'
import { openReader } from '../session.js'
import { readPolicy } from './read-policy.js'
import { explanationLines } from './show-explanation.js'
import { tableBytesMax } from './table-bytes-max.js'

/** Says what a policy promises; with `data`, checks that it fits and counts in rows of it. */
export async function showPolicyExplanation(
  io: Io,
  command: Command,
  named: string,
  { data }: { data?: string },
): Promise<void> {
  const { policy, algorithmTerms, listed } = await findPolicy(io, command, named)
  if (algorithmTerms !== undefined) {
    if (data !== undefined) throw new ArgumentError('--data', 'the listing is an algorithm: no data is for it.')
    const algorithm = explainAlgorithmTerms(algorithmTerms)
    return printResult(io, command, { algorithm }, algorithm)
  }
  const size = data === undefined ? listed : await measure(io, policy, data)
  const explanation = explainPolicy(policy, size)
  if (size === undefined) note(io, 'How many rows that is depends on the data: name it with --data.')
  printResult(io, command, explanation, explanationLines(io, explanation))
}

type Found =
  | { policy: Policy; listed?: ListedSize; algorithmTerms?: undefined }
  | { algorithmTerms: AlgorithmTerms; policy?: undefined; listed?: undefined }

async function findPolicy(io: Io, command: Command, named: string): Promise<Found> {
  const id = bytes32Schema.safeParse(named)
  if (!id.success) return { policy: await readPolicy(io, named) }
  const listing = id.data as ListingId
  await using reader = await openReader(io, command)
  const { document } = await reader.client.listings.get({ listing })
  const { policy, algorithmTerms, rowsAtMost, metadata } = document
  if (algorithmTerms !== undefined) return { algorithmTerms }
  if (policy === undefined) throw new NoComputeError(listing)
  return rowsAtMost === undefined ? { policy } : { policy, listed: { rows: metadata.rows, rowsAtMost } }
}

async function measure(io: Io, policy: Policy, file: string) {
  const asset = await openAsset(io, [file])
  return inspectTable({
    source: watchAsset(io, asset, 'Checks the table'),
    policy,
    encodedBytesMax: tableBytesMax(policy),
  })
}
