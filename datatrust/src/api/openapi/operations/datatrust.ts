import { datatrustCardSchema, liveSchema, readySchema } from '@gristmill/protocol'
import { answersJson, type Operation } from '../operation.js'

export const datatrustOperations: readonly Operation[] = [
  {
    id: 'getCard',
    method: 'get',
    path: '/v1/datatrust',
    summary: 'Who serves here, on which chain, and within which limits',
    description: 'Compare it with the chain before you trust it: `gristmill` does.',
    access: 'public',
    answers: answersJson(datatrustCardSchema, 'The card'),
    problems: [],
  },
  {
    id: 'getLive',
    method: 'get',
    path: '/v1/health/live',
    summary: 'The process answers',
    access: 'public',
    answers: answersJson(liveSchema, 'It does'),
    problems: [],
    isLimited: false,
  },
  {
    id: 'getReady',
    method: 'get',
    path: '/v1/health/ready',
    summary: 'The datatrust takes requests: all it depends on is as it should be, and it is not about to end',
    description:
      'Part by part, in both answers: `parts` here, `details.parts` of the problem. A part that is `warn` does not make it ' +
      'refuse requests; `details.part` is the first that does.',
    access: 'public',
    answers: answersJson(readySchema, 'It does'),
    problems: ['NOT_READY'],
    isLimited: false,
  },
  {
    id: 'getOpenApi',
    method: 'get',
    path: '/v1/openapi.json',
    summary: 'This document',
    access: 'public',
    answers: [{ status: 200, meaning: 'OpenAPI 3.1', content: { mediaType: 'application/json' } }],
    problems: [],
  },
  {
    id: 'getDocs',
    method: 'get',
    path: '/v1/docs',
    summary: 'This document as a page; `/` leads there',
    access: 'public',
    answers: [{ status: 200, meaning: 'HTML without scripts', content: { mediaType: 'text/html' } }],
    problems: [],
  },
]
