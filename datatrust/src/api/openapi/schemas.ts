import {
  addressSchema,
  assetFilesSchema,
  attestationAnswerSchema,
  authorizationSchema,
  bytes32Schema,
  createUploadSchema,
  datatrustCardSchema,
  dealSchema,
  decideApprovalSchema,
  goodsSchema,
  hexSchema,
  listingDocumentSchema,
  listingPageSchema,
  liveSchema,
  metadataSchema,
  openingSchema,
  orderDocumentSchema,
  parametersSchema,
  partHealthSchema,
  pendingApprovalSchema,
  pendingApprovalsSchema,
  policySchema,
  postAckSchema,
  problemSchema,
  provenanceSchema,
  quoteSchema,
  readySchema,
  receiptSchema,
  requestAttestationSchema,
  requestQuoteSchema,
  storedAlgorithmSchema,
  uploadSchema,
} from '@gristmill/protocol'
import { z } from 'zod'

export type JsonSchema = z.core.JSONSchema.JSONSchema

/** Schemas with a name of their own; what is not here is written out where it is used. */
const NAMED: Readonly<Record<string, z.ZodType>> = {
  Address: addressSchema,
  AssetFiles: assetFilesSchema,
  AttestationAnswer: attestationAnswerSchema,
  Authorization: authorizationSchema,
  Bytes32: bytes32Schema,
  CreateUpload: createUploadSchema,
  DatatrustCard: datatrustCardSchema,
  Deal: dealSchema,
  DecideApproval: decideApprovalSchema,
  Goods: goodsSchema,
  Hex: hexSchema,
  ListingDocument: listingDocumentSchema,
  ListingPage: listingPageSchema,
  Live: liveSchema,
  Metadata: metadataSchema,
  Opening: openingSchema,
  OrderDocument: orderDocumentSchema,
  Parameters: parametersSchema,
  PartHealth: partHealthSchema,
  PendingApproval: pendingApprovalSchema,
  PendingApprovals: pendingApprovalsSchema,
  Policy: policySchema,
  PostAck: postAckSchema,
  Problem: problemSchema,
  Provenance: provenanceSchema,
  Quote: quoteSchema,
  Ready: readySchema,
  Receipt: receiptSchema,
  RequestAttestation: requestAttestationSchema,
  RequestQuote: requestQuoteSchema,
  StoredAlgorithm: storedAlgorithmSchema,
  Upload: uploadSchema,
}

const NAMES = new Map(Object.entries(NAMED).map(([name, schema]) => [schema, name]))

const refTo = (name: string): string => `#/components/schemas/${name}`

/** JSON Schemas of what has a name, as it is on the wire: what a schema takes, before it is transformed. */
export function namedSchemas(): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>()
  for (const [id, schema] of Object.entries(NAMED)) registry.add(schema, { id })
  const { schemas } = z.toJSONSchema(registry, { ...OPTIONS, uri: refTo })
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema: _dialect, $id: _id, ...schema }]) => [name, schema]),
  )
}

/** A reference to a schema with a name, or the schema itself. */
export function schemaOf(schema: z.ZodType): JsonSchema {
  const name = NAMES.get(schema)
  if (name !== undefined) return { $ref: refTo(name) }
  const { $schema: _dialect, ...written } = z.toJSONSchema(schema, OPTIONS)
  return written
}

/** Fields of a query, one by one. */
export function fieldsOf(object: z.ZodObject): [name: string, schema: JsonSchema, isRequired: boolean][] {
  return Object.entries(object.shape).map(([name, field]) => {
    const schema = field as z.ZodType
    return [name, schemaOf(bare(schema)), !schema.safeParse(undefined).success]
  })
}

/** What is behind `optional()`: a parameter says elsewhere whether it is required. */
function bare(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional ? (schema.unwrap() as z.ZodType) : schema
}

const OPTIONS = {
  target: 'draft-2020-12',
  io: 'input',
  unrepresentable: 'any',
  override: ({ zodSchema, jsonSchema }) => {
    // NOTE: a bigint is a string on the wire; only within a process it may be given as it is.
    const { def } = zodSchema._zod
    if (def.type !== 'union') return
    const options = def.options.filter((option) => option._zod.def.type !== 'bigint')
    if (options.length === def.options.length) return
    const kept = jsonSchema.anyOf?.filter((_option, index) => options.includes(def.options[index]!)) ?? []
    delete jsonSchema.anyOf
    if (kept.length === 1) Object.assign(jsonSchema, kept[0])
    else jsonSchema.anyOf = kept
  },
} as const satisfies z.core.ToJSONSchemaParams
