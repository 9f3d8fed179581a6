import {
  attestationAnswerSchema,
  createUploadSchema,
  requestAttestationSchema,
  requestFetchSchema,
  storedAlgorithmSchema,
  uploadSchema,
} from '@gristmill/protocol'
import { answersJson, type Operation } from '../operation.js'
import { CONTENT } from '../problem-groups.js'

export const uploadOperations: readonly Operation[] = [
  {
    id: 'createUpload',
    method: 'post',
    path: '/v1/uploads',
    summary: 'Announce an asset',
    description: 'The id is yours: the same id and files again change nothing, with other files they are a conflict.',
    access: 'signed',
    body: { json: createUploadSchema },
    answers: answersJson(uploadSchema, 'The upload'),
    problems: ['ASSET_TOO_LARGE', 'UPLOAD_CONFLICT', 'TOO_MANY_UPLOADS'],
  },
  {
    id: 'getUpload',
    method: 'get',
    path: '/v1/uploads/:uploadId',
    summary: 'Where an upload of yours is',
    access: 'signed',
    answers: answersJson(uploadSchema, 'The upload'),
    problems: ['UPLOAD_NOT_FOUND'],
  },
  {
    id: 'putContent',
    method: 'put',
    path: '/v1/uploads/:uploadId/content',
    summary: 'Send the files of an asset, one behind the other',
    description:
      'As raw bytes, exactly as many as were announced. Answered when they lie encrypted on the disk. The same bytes again ' +
      'change nothing; if a transfer breaks nothing is kept, and the same id takes it from the start.',
    access: 'signed',
    body: { mediaType: 'application/octet-stream' },
    answers: answersJson(uploadSchema, 'The upload, stored'),
    problems: [
      'UPLOAD_NOT_FOUND',
      'LENGTH_MISMATCH',
      'UPLOAD_IN_PROGRESS',
      'UPLOAD_CONFLICT',
      'UPLOAD_OVERSIZED',
      'UPLOAD_TRUNCATED',
      'UNLISTED_ROOM',
      ...CONTENT,
    ],
  },
  {
    id: 'requestFetch',
    method: 'post',
    path: '/v1/uploads/:uploadId/fetch',
    summary: 'Have the content fetched from a URL instead of sending it',
    description:
      'Answered when it is certain that it will be tried; `GET /v1/uploads/{uploadId}` tells how it goes. The same URL again ' +
      'changes nothing, and begins anew after a failure; another one takes its place. Only what the operator allows is fetched: ' +
      'the public internet over https, or origins that they name. With `sha256` nothing else is stored than the content that has it.',
    access: 'signed',
    body: { json: requestFetchSchema },
    answers: [{ status: 202, meaning: 'The upload', content: { json: uploadSchema } }],
    problems: ['UPLOAD_NOT_FOUND', 'UPLOAD_CONFLICT', 'FETCH_NOT_ALLOWED', 'FETCH_URL', 'FETCH_UNREACHABLE'],
  },
  {
    id: 'requestAttestation',
    method: 'post',
    path: '/v1/uploads/:uploadId/attestation',
    summary: 'Have the datatrust attest what you are about to publish',
    description:
      'The answer goes into `Listings.publish`. It is the same for half of its time, then one with a later end.',
    access: 'signed',
    body: { json: requestAttestationSchema },
    answers: answersJson(attestationAnswerSchema, 'The attestation, signed'),
    problems: [
      'UPLOAD_NOT_FOUND',
      'UPLOAD_INCOMPLETE',
      'ATTESTATION_TERMS',
      'TOO_MANY_ATTESTATIONS',
      'NOT_CANONICAL',
      'TABLE_SYNTAX',
      'TABLE_EMPTY',
      'TABLE_HEADER',
      'TABLE_RAGGED',
      'TABLE_TOO_LARGE',
      'TABLE_MISMATCH',
      'BAD_LABEL',
      'COLUMN_UNUSABLE',
      'TOO_FEW_ROWS',
      'AIRLOCK_REQUIRED',
      ...CONTENT,
    ],
  },
  {
    id: 'putAlgorithm',
    method: 'put',
    path: '/v1/algorithms/:sha256',
    summary: 'Send a WebAssembly module to run later',
    access: 'signed',
    body: { mediaType: 'application/octet-stream' },
    answers: answersJson(storedAlgorithmSchema, 'The module is kept'),
    problems: ['ALGORITHM_MISMATCH', 'ALGORITHM_REFUSED'],
  },
]
