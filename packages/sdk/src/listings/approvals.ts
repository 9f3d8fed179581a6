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

/** Runs that wait for the account's decision, as maker of their data or as reviewer. */
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

/** A run that is over on data of the account, or that it reviews, with the private log. */
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
  /** Why it is rejected, exactly if it is; for the owner's own records, not signed. */
  because?: RejectReason
}

/** Signs and sends a decision, as maker or reviewer, about what a run would release. */
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
