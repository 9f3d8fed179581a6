import {
  AUTHORIZATION_SCHEME,
  REQUEST_EXPIRY_SECONDS_MAX,
  requestTypedData,
  ZERO_ADDRESS,
  ZERO_BYTES32,
} from '@gristmill/protocol'
import { statusOf } from '../status-of.js'
import type { Answer, Content, Operation, RequestHeader } from './operation.js'
import { OPERATIONS } from './operations.js'
import { BODY, EVERY, SIGNED } from './problem-groups.js'
import { fieldsOf, type JsonSchema, namedSchemas, schemaOf } from './schemas.js'

/** An OpenAPI 3.1 document, as far as it is used here. */
export interface OpenApiDocument {
  openapi: '3.1.1'
  info: {
    title: string
    version: string
    summary: string
    description: string
    license: { name: string; identifier: string }
  }
  servers: { url: string }[]
  paths: Record<string, Partial<Record<Operation['method'], DocumentedOperation>>>
  components: { schemas: Record<string, JsonSchema>; securitySchemes: Record<string, object> }
}

/** One route and method of an `OpenApiDocument`. */
export interface DocumentedOperation {
  operationId: string
  tags: string[]
  summary: string
  description?: string
  security: Record<string, string[]>[]
  parameters?: DocumentedParameter[]
  requestBody?: { required: true; content: Record<string, { schema: JsonSchema }> }
  responses: Record<string, DocumentedResponse>
}

/** A parameter of a `DocumentedOperation`. */
export interface DocumentedParameter {
  name: string
  in: 'path' | 'query' | 'header'
  required: boolean
  description?: string
  schema: JsonSchema
}

/** What a `DocumentedOperation` answers under one status. */
export interface DocumentedResponse {
  description: string
  headers?: Record<string, { schema: JsonSchema }>
  content?: Record<string, { schema: JsonSchema }>
}

const SECURITY = 'account'
const PROBLEM_MEDIA_TYPE = 'application/problem+json'

const HEADERS: Readonly<Record<RequestHeader, string>> = {
  Range: 'One range of bytes (RFC 9110).',
  'If-Range': 'The ETag of which a range is meant; of another one the whole is sent.',
  'If-None-Match': 'ETags of what the caller has.',
}

const BYTES32_PATTERN: JsonSchema = { $ref: '#/components/schemas/Bytes32' }

/**
 * The HTTP API of a datatrust as OpenAPI 3.1: made from the schemas that it checks requests with and that clients check
 * answers with.
 *
 * @example
 * writeFileSync('openapi.json', JSON.stringify(openApiDocument(), null, 2))
 */
export function openApiDocument(): OpenApiDocument {
  const paths: OpenApiDocument['paths'] = {}
  for (const operation of OPERATIONS) {
    const path = operation.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [operation.method]: documented(operation) }
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Gristmill datatrust',
      version: '1',
      summary: 'Stores, attests, sells, delivers and runs',
      description:
        'Amounts are decimal strings in units of the asset, times Unix seconds, sizes bytes. Every answer but 2xx and 304 is ' +
        'a problem document (RFC 9457) with a stable `code`. GET routes take HEAD, too.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    components: { schemas: namedSchemas(), securitySchemes: { [SECURITY]: securityScheme() } },
  }
}

/** Codes that a route may refuse with; `INTERNAL` stands for what is the datatrust's own fault. */
export function problemsOf({ access, body, isLimited, path, problems }: Operation): string[] {
  const hasParameter = path.includes(':')
  return [
    ...new Set([
      ...(isLimited === false ? [] : EVERY),
      ...(access === 'signed' ? SIGNED : []),
      ...(body === undefined ? [] : BODY),
      ...(hasParameter ? ['REQUEST_INVALID'] : []),
      ...problems,
      'INTERNAL',
    ]),
  ]
}

function documented(operation: Operation): DocumentedOperation {
  const { id, path, summary, description, access, body, answers } = operation
  const parameters = parametersOf(operation)
  return {
    operationId: id,
    tags: [path.split('/')[2]?.replace('.json', '') ?? 'datatrust'],
    summary,
    ...(description === undefined ? {} : { description }),
    security: access === 'signed' ? [{ [SECURITY]: [] }] : [],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: contentOf(body) } }),
    responses: {
      ...Object.fromEntries(answers.map((answer) => [String(answer.status), responseOf(answer)])),
      ...refusalsOf(operation),
    },
  }
}

function parametersOf({ path, query, headers = [] }: Operation): DocumentedParameter[] {
  return [
    ...[...path.matchAll(/:(\w+)/g)].map(([, name = '']) => ({
      name,
      in: 'path' as const,
      required: true,
      schema: BYTES32_PATTERN,
    })),
    ...(query === undefined ? [] : fieldsOf(query)).map(([name, schema, required]) => ({
      name,
      in: 'query' as const,
      required,
      schema,
    })),
    ...headers.map((name) => ({
      name,
      in: 'header' as const,
      required: false,
      description: HEADERS[name],
      schema: { type: 'string' as const },
    })),
  ]
}

function responseOf({ meaning, content, headers }: Answer): DocumentedResponse {
  return {
    description: meaning,
    ...(headers === undefined
      ? {}
      : { headers: Object.fromEntries(headers.map((name) => [name, { schema: { type: 'string' as const } }])) }),
    ...(content === undefined ? {} : { content: contentOf(content) }),
  }
}

function contentOf(content: Content): Record<string, { schema: JsonSchema }> {
  return 'json' in content
    ? { 'application/json': { schema: schemaOf(content.json) } }
    : { [content.mediaType]: { schema: {} } }
}

/** Refusals by status: a problem document with one of the codes. */
function refusalsOf(operation: Operation): Record<string, DocumentedResponse> {
  const codes = Map.groupBy(problemsOf(operation), (code) => statusOf(code) ?? 500)
  return Object.fromEntries(
    [...codes].map(([status, known]) => [
      String(status),
      {
        description: known.map((code) => `\`${code}\``).join(', '),
        content: {
          [PROBLEM_MEDIA_TYPE]: {
            schema: {
              allOf: [{ $ref: '#/components/schemas/Problem' }],
              properties: { status: { const: status }, code: { enum: known } },
            },
          },
        },
      },
    ]),
  )
}

function securityScheme(): object {
  const { domain, types } = requestTypedData(
    { chainId: 0n, verifyingContract: ZERO_ADDRESS },
    {
      account: ZERO_ADDRESS,
      datatrust: 0,
      method: 'GET',
      resource: '',
      bodyHash: ZERO_BYTES32,
      nonce: ZERO_BYTES32,
      expiry: 0,
    },
  )
  return {
    type: 'http',
    scheme: AUTHORIZATION_SCHEME,
    description:
      'The header is `Authorization: Gristmill` and an `Authorization` as JSON in base64url: an EIP-712 signature of `Request` by an account: by its key, or by a contract (ERC-1271). The domain has the `chainId` ' +
      'and, as verifying contract, the address `orders` of `GET /v1/datatrust`. `resource` is path and query as sent; ' +
      '`bodyHash` is sha256 of a JSON body, zero where there is none or where it is a stream of bytes. A nonce is good once, ' +
      `\`expiry\` is at most ${REQUEST_EXPIRY_SECONDS_MAX} seconds ahead. HEAD is signed as GET.`,
    'x-eip712': { primaryType: 'Request', domain: { name: domain.name, version: domain.version }, types },
  }
}
