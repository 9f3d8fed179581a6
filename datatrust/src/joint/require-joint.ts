import {
  type Address,
  type AllowedAlgorithm,
  type Hex,
  type ListingId,
  orderIdOf,
  type Policy,
  type RequestQuote,
  runIdOf,
} from '@gristmill/protocol'
import { RequestInvalidError } from '../api/request-errors.js'
import type { Context } from '../context.js'
import type { ListingRow } from '../db/schema.js'
import { algorithmTermsOf, policyOf } from '../listings/listing.js'
import { lookUpListing } from '../listings/look-up-listing.js'
import { datasetOf, uploadOfListing } from '../uploads/upload.js'
import { JointListingsError, JointPoliciesError } from './joint-errors.js'

/** What the orders of a joint run have in common. */
export interface Joint {
  runId: Hex
  /** To which all owners of the data agreed. */
  policy: Policy
  /** Whose content is to run; absent: the sponsor has sent it. */
  algorithm?: { listing: ListingRow; terms: AllowedAlgorithm } | undefined
}

type Asked = Pick<RequestQuote, 'listing' | 'n'> & { joint: NonNullable<RequestQuote['joint']> }

/**
 * Looks whether the listings of a joint run can be run on together, whichever of its orders is quoted: data under one
 * policy, no rows twice, at most one algorithm.
 */
export async function requireJoint(ctx: Context, buyer: Address, { listing, n, joint }: Asked): Promise<Joint> {
  if (!joint.some((order) => order.listing === listing && order.n === n)) {
    throw new RequestInvalidError([{ path: 'joint', fault: 'names all orders of the run, this one too' }])
  }
  const rows = await Promise.all(joint.map((order) => lookUpListing(ctx, order.listing)))
  requireOnce(rows, ({ listing: id }) => id, 'it is named twice')
  const data: { row: ListingRow; policy: Policy }[] = []
  const algorithms: NonNullable<Joint['algorithm']>[] = []
  for (const row of rows) {
    const [policy, terms] = [policyOf(row), algorithmTermsOf(row)]
    if (policy !== undefined) data.push({ row, policy })
    else if (terms !== undefined) algorithms.push({ listing: row, terms: terms.algorithm })
    else throw new JointListingsError(row.listing, 'nothing can be run on it; leave it out')
  }
  const [algorithm, another] = algorithms
  if (another !== undefined) throw new JointListingsError(another.listing.listing, 'it is a second algorithm; name one')
  const [first] = data
  if (first === undefined) throw new JointListingsError(listing, 'there is no data in the run; name a listing of data')
  if (data.some(({ row }) => row.policy_hash !== first.row.policy_hash)) {
    throw new JointPoliciesError(
      Object.fromEntries(
        data.map(({ row, policy }) => [row.listing, { policyHash: row.policy_hash, mode: policy.privacy.mode }]),
      ),
    )
  }
  const datasets = await Promise.all(
    data.map(async ({ row }) => ({
      listing: row.listing,
      key: `${row.maker} ${datasetOf(await uploadOfListing(ctx, row))}`,
    })),
  )
  // A row that is there twice tells twice as much. That two makers hold the same would tell one of them what the other has.
  requireOnce(datasets, ({ key }) => key, 'its content is that of another one of its maker; leave one of the two out')
  const runId = runIdOf(joint.map((order) => orderIdOf(order.listing, buyer, order.n)))
  return { runId, policy: first.policy, algorithm }
}

function requireOnce<T extends { listing: ListingId }>(all: readonly T[], keyOf: (one: T) => string, reason: string) {
  const seen = new Set<string>()
  for (const one of all) {
    if (seen.has(keyOf(one))) throw new JointListingsError(one.listing, reason)
    seen.add(keyOf(one))
  }
}
