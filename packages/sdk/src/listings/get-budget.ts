import { type BudgetDocument, budgetDocumentSchema } from '@gristmill/protocol'
import type { Connection } from '../connection.js'
import { requestJson } from '../http/request.js'
import type { GetListingParams } from './listing-record.js'

/** What the budget of a listing has left, in all and for this account: the datatrust's word. */
export function getBudget(connection: Connection, { listing }: GetListingParams): Promise<BudgetDocument> {
  return requestJson(connection, {
    method: 'GET',
    path: `/v1/listings/${listing}/budget`,
    as: 'account',
    schema: budgetDocumentSchema,
  })
}
