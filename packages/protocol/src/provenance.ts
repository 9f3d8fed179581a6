import { z } from 'zod'
import { type Parameters, parametersSchema } from './api/quote.js'
import { canonicalHash } from './canonical-json.js'
import type { Goods } from './goods.js'
import { type Address, type Hex, ZERO_BYTES32 } from './hex.js'
import type { Content, DatatrustId } from './ids.js'
import { smallUintSchema } from './numbers.js'
import type { Cost } from './policy/cost.js'
import type { Receipt } from './receipt.js'

/** Of the statement, by in-toto. */
export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1'
/** Of its predicate, by SLSA. */
export const PREDICATE_TYPE = 'https://slsa.dev/provenance/v1'
/** What parameters, dependencies and byproducts of a run mean: PROVENANCE.md. */
export const BUILD_TYPE = 'urn:gristmill:run:v1'

/** What a datatrust's ledger of budgets says of one run: its own entry, whatever was charged since. */
export interface LedgerCharge extends Cost {
  /** 1, 2, 3, ... over all that the datatrust has charged. */
  position: number
  /** Commits to this entry and all before it; a nonce in each keeps the data from being guessed from it. */
  head: Hex
}

// NOTE: no case is folded here: what is parsed has the hash of what was sent.
const digestSchema = z.string().regex(/^[0-9a-f]{64}$/, 'expected 32 bytes as lower-case hexadecimal without 0x')
const hashSchema = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/, 'expected 32 bytes as 0x-prefixed lower-case hexadecimal')
  .transform((value) => value as Hex)
const sha256Schema = z.strictObject({ sha256: digestSchema })
const resource = <Name extends string, Digest extends z.ZodType>(name: Name, digest: Digest) =>
  z.strictObject({ name: z.literal(name), digest })
const rawOutputSchema = resource('rawOutput', z.strictObject({ gristmillSaltedSha256: digestSchema }))

/** How a run came about: in-toto Statement v1 with a SLSA provenance v1 predicate; PROVENANCE.md says what each field means. */
export const provenanceSchema = z.strictObject({
  _type: z.literal(STATEMENT_TYPE),
  /** The released model, or the raw output where nothing was released. */
  subject: z.tuple([z.discriminatedUnion('name', [resource('model', sha256Schema), rawOutputSchema])]),
  predicateType: z.literal(PREDICATE_TYPE),
  predicate: z.strictObject({
    buildDefinition: z.strictObject({
      buildType: z.literal(BUILD_TYPE),
      externalParameters: z.strictObject({
        orderId: hashSchema,
        algorithm: hashSchema,
        parameters: parametersSchema,
        parametersHash: hashSchema,
      }),
      resolvedDependencies: z.tuple([
        resource('data', z.strictObject({ gristmillContentRoot: digestSchema })),
        resource('algorithm', sha256Schema),
        resource('runtime', sha256Schema),
        resource('policy', sha256Schema),
      ]),
    }),
    runDetails: z.strictObject({
      builder: z.strictObject({
        /** Chain and contract as in CAIP-10, then the number of the datatrust there. */
        id: z.string().regex(/^eip155:[1-9][0-9]{0,31}:0x[0-9a-fA-F]{40}\/[1-9][0-9]{0,9}$/),
      }),
      metadata: z.strictObject({ invocationId: hashSchema }),
      byproducts: z.tuple([
        rawOutputSchema,
        z.strictObject({
          name: z.literal('ledger'),
          digest: z.strictObject({ gristmillLedgerHead: digestSchema }),
          annotations: z.strictObject({
            position: smallUintSchema(53),
            bits: smallUintSchema(53),
            epsilonMicros: smallUintSchema(53),
          }),
        }),
        resource('opening', sha256Schema),
      ]),
    }),
  }),
})
/** How a run came about: in-toto Statement v1 with a SLSA provenance v1 predicate. */
export type Provenance = z.output<typeof provenanceSchema>

/** What `provenanceOf` takes. */
export interface ProvenanceParams {
  receipt: Pick<Receipt, 'orderId' | 'rawOutputHash' | 'releasedHash'>
  goods: Pick<Goods, 'algorithm' | 'parametersHash' | 'runtimeDigest'>
  parameters: Parameters
  /** Of the listing. */
  content: Pick<Content, 'contentRoot' | 'policyHash'>
  /** Who ran it, in the registry of which chain. */
  builder: { chainId: bigint; datatrusts: Address; datatrust: DatatrustId }
  ledger: LedgerCharge
  /** `runOpeningHash` of what lets somebody repeat the run. */
  openingHash: Hex
}

/**
 * The statement of a run. It follows from what was ordered, from the receipt and from the ledger's entry alone, so a run
 * that is repeated makes the same bytes, and it says nothing about the data that the receipt does not.
 */
export function provenanceOf(params: ProvenanceParams): Provenance {
  const { receipt, goods, parameters, content, builder, ledger } = params
  const { orderId, releasedHash } = receipt
  const { algorithm, parametersHash } = goods
  const rawOutput = { name: 'rawOutput', digest: { gristmillSaltedSha256: bare(receipt.rawOutputHash) } } as const
  const model = { name: 'model', digest: { sha256: bare(releasedHash) } } as const
  const { position, bits, epsilonMicros } = ledger
  return {
    _type: STATEMENT_TYPE,
    subject: [releasedHash === ZERO_BYTES32 ? rawOutput : model],
    predicateType: PREDICATE_TYPE,
    predicate: {
      buildDefinition: {
        buildType: BUILD_TYPE,
        externalParameters: { orderId, algorithm, parameters, parametersHash },
        resolvedDependencies: [
          { name: 'data', digest: { gristmillContentRoot: bare(content.contentRoot) } },
          { name: 'algorithm', digest: { sha256: bare(algorithm) } },
          { name: 'runtime', digest: { sha256: bare(goods.runtimeDigest) } },
          { name: 'policy', digest: { sha256: bare(content.policyHash) } },
        ],
      },
      runDetails: {
        builder: { id: `eip155:${builder.chainId}:${builder.datatrusts}/${builder.datatrust}` },
        metadata: { invocationId: orderId },
        byproducts: [
          rawOutput,
          {
            name: 'ledger',
            digest: { gristmillLedgerHead: bare(ledger.head) },
            annotations: { position, bits, epsilonMicros },
          },
          { name: 'opening', digest: { sha256: bare(params.openingHash) } },
        ],
      },
    },
  }
}

/** The same run with its model withheld. */
export function withheldProvenance(provenance: Provenance): Provenance {
  const [rawOutput] = provenance.predicate.runDetails.byproducts
  return { ...provenance, subject: [rawOutput] }
}

/** What a statement says of the ledger. */
export function ledgerChargeOf({ predicate }: Provenance): LedgerCharge {
  const [, { digest, annotations }] = predicate.runDetails.byproducts
  return { head: `0x${digest.gristmillLedgerHead}`, ...annotations }
}

/** To which opening a statement commits. */
export function openingHashOf({ predicate }: Provenance): Hex {
  return `0x${predicate.runDetails.byproducts[2].digest.sha256}`
}

/** What a receipt names: sha256 of the statement's RFC 8785 JSON. */
export function provenanceHash(provenance: Provenance): Hex {
  return canonicalHash(provenance)
}

/** in-toto writes digests without 0x. */
const bare = (hash: Hex): string => hash.slice(2)
