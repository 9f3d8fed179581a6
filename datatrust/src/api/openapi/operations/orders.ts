import {
  airlockDocumentSchema,
  decideApprovalSchema,
  orderDocumentSchema,
  pendingApprovalsSchema,
  postAckSchema,
  quoteSchema,
  requestQuoteSchema,
} from '@gristmill/protocol'
import { type Answer, answersJson, type Operation } from '../operation.js'
import { CONTENT, TRANSACTION } from '../problem-groups.js'

/** Why an order cannot be collected. */
const COLLECT = ['ORDER_NOT_FOUND', 'NOT_ORDER_PARTY', 'ORDER_NOT_PAID', 'ORDER_NOT_READY', 'ORDER_CLOSED'] as const

/** Bytes that never change, whole or in part. */
const BYTES: readonly Answer[] = [
  {
    status: 200,
    meaning: 'The whole',
    content: { mediaType: 'application/octet-stream' },
    headers: ['ETag', 'Accept-Ranges', 'Content-Length'],
  },
  {
    status: 206,
    meaning: 'The range asked for',
    content: { mediaType: 'application/octet-stream' },
    headers: ['ETag', 'Content-Range', 'Content-Length'],
  },
  { status: 304, meaning: 'You have it', headers: ['ETag'] },
]

export const orderOperations: readonly Operation[] = [
  {
    id: 'requestQuote',
    method: 'post',
    path: '/v1/quotes',
    summary: 'Ask for an offer, to be placed on chain',
    description:
      'Number `n` of a listing is yours: the same wish again gets the same offer for half of its time, then one with a later ' +
      'end; another wish under the same number is a conflict.',
    access: 'signed',
    body: { json: requestQuoteSchema },
    answers: answersJson(quoteSchema, 'The offer, signed: what `Orders.place` takes'),
    problems: [
      'LISTING_NOT_FOUND',
      'LISTINGS_UNKNOWN',
      'LISTING_CLOSED',
      'NOT_OFFERED',
      'BOND_TOO_LOW',
      'NOT_ADMITTED',
      'SIGNER_REPLACED',
      'ORDER_EXISTS',
      'QUOTE_CONFLICT',
      'ACK_KEY_CONTRACT',
      'TOO_MANY_QUOTES',
      'ALGORITHM_NOT_FOUND',
      'ALGORITHM_NOT_ALLOWED',
      'ALGORITHM_TOO_LARGE',
      'ALGORITHM_REFUSED',
      'ALGORITHM_ALONE',
      'JOINT_LISTINGS',
      'JOINT_POLICIES',
      'TOO_FEW_REVIEWERS',
      'RUNTIME_UNAVAILABLE',
      'RUNTIME_NOT_READY',
      'BAD_PARAMETER',
      'BUDGET_EXCEEDED',
      'NOT_CANONICAL',
      'MALFORMED_KEY',
      'KEY_TOO_LARGE',
      'SEVERAL_KEYS',
      'PRIVATE_KEY_GIVEN',
      'KEY_EXPIRED',
      'KEY_REVOKED',
      'NO_ENCRYPTION_KEY',
    ],
  },
  {
    id: 'getOrder',
    method: 'get',
    path: '/v1/orders/:orderId',
    summary: 'Where an order is, to its buyer and its maker',
    access: 'signed',
    answers: answersJson(orderDocumentSchema, 'The order'),
    problems: ['ORDER_NOT_FOUND', 'NOT_ORDER_PARTY'],
  },
  {
    id: 'getMessage',
    method: 'get',
    path: '/v1/orders/:orderId/message',
    summary: 'The OpenPGP message of an order, to its buyer',
    description:
      'The first collection of data marks the order delivered on chain, before the first byte; HEAD marks nothing. The bytes ' +
      'and their strong ETag never change once the order is ready. One range at a time; several get the whole.',
    access: 'signed',
    headers: ['Range', 'If-Range', 'If-None-Match'],
    answers: BYTES,
    problems: [...COLLECT, ...TRANSACTION, 'NOT_DIRECT', 'RANGE_NOT_SATISFIABLE', ...CONTENT],
  },
  {
    id: 'getCiphertext',
    method: 'get',
    path: '/v1/orders/:orderId/ciphertext',
    summary: 'The encrypted cells of a fair exchange, to its buyer or its session key',
    description:
      'Of an asset they are made while they are sent: bytes and strong ETag never change, and there is no digest but the root ' +
      'that the buyer acknowledges. Of a run they are those of its model, from its release slot on. One range at a time; several get the whole.',
    access: 'signed',
    headers: ['Range', 'If-Range', 'If-None-Match'],
    answers: BYTES,
    problems: [...COLLECT, 'NOT_FAIR', 'RANGE_NOT_SATISFIABLE', ...CONTENT],
  },
  {
    id: 'getLeaves',
    method: 'get',
    path: '/v1/orders/:orderId/leaves',
    summary:
      'The leaf hashes of the plain cells, 32 bytes each, which hash to the contentRoot, or to the releasedRoot of a run',
    access: 'signed',
    headers: ['Range', 'If-Range', 'If-None-Match'],
    answers: BYTES,
    problems: [...COLLECT, 'NOT_FAIR', 'RANGE_NOT_SATISFIABLE', ...CONTENT],
  },
  {
    id: 'postAck',
    method: 'post',
    path: '/v1/orders/:orderId/ack',
    summary: 'Acknowledge the ciphertext: the key is revealed on chain',
    description:
      'Answered when it is durable that the key is to be revealed. After a restart the ciphertext may have to be hashed ' +
      'first. The same again changes nothing.',
    access: 'signed',
    body: { json: postAckSchema },
    answers: [{ status: 202, meaning: 'The order', content: { json: orderDocumentSchema } }],
    problems: [...COLLECT, 'NOT_FAIR', 'ACK_MISMATCH', 'ACK_SIGNATURE', ...CONTENT],
  },
  {
    id: 'getOpening',
    method: 'get',
    path: '/v1/orders/:orderId/opening',
    summary: 'What proves the data against its contentRoot, sealed to the buyer',
    access: 'signed',
    answers: [
      {
        status: 200,
        meaning: 'An OpenPGP message whose content is an Opening as JSON',
        content: { mediaType: 'application/octet-stream' },
      },
    ],
    problems: [...COLLECT, ...TRANSACTION, 'NOT_DIRECT', 'NO_OPENING'],
  },
  {
    id: 'listApprovals',
    method: 'get',
    path: '/v1/approvals',
    summary: 'Runs that wait for your decision, as maker or reviewer',
    access: 'signed',
    answers: answersJson(pendingApprovalsSchema, 'What waits'),
    problems: [],
  },
  {
    id: 'getApproval',
    method: 'get',
    path: '/v1/approvals/:orderId',
    summary: 'A run on your data, or that you review, that is over, with its private log',
    description:
      'To the maker of the data and the reviewers alone: the log depends on private data. The sponsor learns the verdict.',
    access: 'signed',
    answers: answersJson(airlockDocumentSchema, 'The run'),
    problems: ['APPROVAL_NOT_FOUND'],
  },
  {
    id: 'decideApproval',
    method: 'post',
    path: '/v1/approvals/:orderId',
    summary: 'Approve or reject what a run would release',
    description:
      'A decision is not changed: the same again changes nothing, another one is a conflict. Two reviewers approve, or one rejects.',
    access: 'signed',
    body: { json: decideApprovalSchema },
    answers: answersJson(orderDocumentSchema, 'The order'),
    problems: [
      'APPROVAL_NOT_FOUND',
      'APPROVAL_MISMATCH',
      'APPROVAL_CONFLICT',
      'APPROVAL_SIGNATURE',
      'OWN_ORDER_APPROVAL',
    ],
  },
]
