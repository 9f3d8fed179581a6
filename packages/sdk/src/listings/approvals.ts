import {
  type AirlockDocument,
  airlockDocumentSchema,
  approvalTypedData,
  type Hex,
  type OrderDocument,
  type OrderId,
  orderDocumentSchema,
  type PendingApproval,
  pendingApprovalsSchema,
  type RejectReason,
} from '@gristmill/protocol'
import { signTypedData } from '../chain/signing.js'
import type { Connection } from '../connection.js'
import { requestJson } from '../http/request.js'

/** Runs on the maker's data that wait for the maker's decision. */
export async function listApprovals(connection: Connection): Promise<PendingApproval[]> {
  const { approvals } = await requestJson(connection, {
    method: 'GET',
    path: '/v1/approvals',
    as: 'account',
    schema: pendingApprovalsSchema,
  })
  return approvals
}

/** What `client.listings.approval` takes. */
export interface GetApprovalParams {
  orderId: OrderId
}

/** A run on the maker's data that is over, with the log that is the maker's alone. */
export function getApproval(connection: Connection, { orderId }: GetApprovalParams): Promise<AirlockDocument> {
  return requestJson(connection, {
    method: 'GET',
    path: `/v1/approvals/${orderId}`,
    as: 'account',
    schema: airlockDocumentSchema,
  })
}

/** What `client.listings.decide` takes. */
export interface DecideApprovalParams {
  orderId: OrderId
  /** Of the pending approval: the signature is for exactly this model. */
  releasedHash: Hex
  approved: boolean
  /** Why it is rejected, for the maker's own records; not signed. */
  because?: RejectReason
}

/** Signs and sends the maker's decision about what a run would release. */
export async function decideApproval(connection: Connection, params: DecideApprovalParams): Promise<OrderDocument> {
  const { orderId, releasedHash, approved, because } = params
  const domain = { chainId: connection.chainId, verifyingContract: connection.deployment.orders }
  const signature = await signTypedData(connection, approvalTypedData(domain, { orderId, releasedHash, approved }))
  return requestJson(connection, {
    method: 'POST',
    path: `/v1/approvals/${orderId}`,
    json: { releasedHash, approved, signature, ...(because === undefined ? {} : { because }) },
    as: 'account',
    schema: orderDocumentSchema,
  })
}
