export { addressSchema, ZERO_ADDRESS } from './address.js'
export { type StoredAlgorithm, storedAlgorithmSchema } from './api/algorithm.js'
export {
  AIRLOCK_STATES,
  type AirlockDocument,
  airlockDocumentSchema,
  type DecideApproval,
  decideApprovalSchema,
  type PendingApproval,
  type PendingApprovals,
  pendingApprovalSchema,
  pendingApprovalsSchema,
  REJECT_REASONS,
  type RejectReason,
} from './api/approval.js'
export {
  AUTHORIZATION_SCHEME,
  type Authorization,
  authorizationSchema,
  REQUEST_EXPIRY_SECONDS_MAX,
} from './api/authorization.js'
export { type BudgetDocument, budgetDocumentSchema } from './api/budget.js'
export { type DatatrustCard, datatrustCardSchema } from './api/datatrust-card.js'
export {
  HEALTH_PARTS,
  type Live,
  liveSchema,
  type PartHealth,
  partHealthSchema,
  type Ready,
  readySchema,
} from './api/health.js'
export {
  LISTING_SORTS,
  type ListingSort,
  type ListListings,
  listListingsSchema,
  SEARCH_WORDS_MAX,
  searchable,
  searchWords,
} from './api/list-listings.js'
export { type ListingDocument, type ListingPage, listingDocumentSchema, listingPageSchema } from './api/listing.js'
export {
  type Metric,
  metricSchema,
  type Opening,
  ORDER_STATES,
  type OrderDocument,
  openingSchema,
  orderDocumentSchema,
  type PostAck,
  postAckSchema,
} from './api/order.js'
export { type Problem, problemSchema } from './api/problem.js'
export {
  type Parameters,
  parametersSchema,
  type Quote,
  quoteSchema,
  type RequestQuote,
  requestQuoteSchema,
} from './api/quote.js'
export {
  type AttestationAnswer,
  attestationAnswerSchema,
  type CreateUpload,
  createUploadSchema,
  type RequestAttestation,
  type RequestFetch,
  requestAttestationSchema,
  requestFetchSchema,
  type ToldBefore,
  type Upload,
  uploadSchema,
} from './api/upload.js'
export { canonicalHash, canonicalJson, NotCanonicalError } from './canonical-json.js'
export {
  CROISSANT_MEDIA_TYPE,
  CROISSANT_VERSION,
  type Croissant,
  type CroissantParams,
  croissantOf,
} from './croissant.js'
export { DEAL_TYPE, type Deal, dealSchema, dealToChain } from './deal.js'
export { type Delivery, deliveryHash } from './delivery.js'
export { CONTRACT_NAMES, type ContractName, type Deployment, deploymentSchema } from './deployment.js'
export { isProtocolError, ProtocolError, type ProtocolErrorOptions } from './error.js'
export { GOODS_TYPE, type Goods, goodsSchema } from './goods.js'
export { type Address, bytes32Schema, type Hex, hexSchema, ZERO_BYTES32 } from './hex.js'
export {
  type Content,
  type DatatrustId,
  type ListingId,
  listingIdOf,
  type MarketId,
  marketIdOf,
  type OrderId,
  orderIdOf,
  termsHashOf,
} from './ids.js'
export { JOINT_ORDERS_MAX, type JointOrder, jointOrderSchema, runIdOf } from './joint-run.js'
export { KINDS, type Kind, STATUSES, type Status, servicesMask, VERDICTS, type Verdict } from './kind.js'
export {
  type AssetFile,
  assetFileSchema,
  assetFilesSchema,
  type ColumnStatistics,
  columnStatisticsSchema,
  fileNameSchema,
  type Metadata,
  metadataSchema,
  SAMPLE_ROWS_MAX,
} from './metadata.js'
export { smallUintSchema, toWire, uintSchema } from './numbers.js'
export { type AlgorithmTerms, algorithmTermsHash, algorithmTermsSchema } from './policy/algorithm-terms.js'
export {
  type Artifact,
  parametersIn,
  releasedBytesOf,
  releaseOf,
  safetensorsHeader,
  type Tensor,
} from './policy/artifact.js'
export {
  BudgetExceededError,
  type Charge,
  ChargeMismatchError,
  chargeBudget,
  type Spent,
} from './policy/charge-budget.js'
export { type Checks, DECODERS, type Decoder, MEMBERSHIP_HOLDOUT_ROWS_MIN } from './policy/checks.js'
export { type Cost, costOf } from './policy/cost.js'
export { classesOf, dimensionsOf, scoresOf } from './policy/dimensions.js'
export { explainAlgorithmTerms } from './policy/explain-joint.js'
export { type Bound, explainPolicy, type ListedSize, type PolicyExplanation } from './policy/explain-policy.js'
export { FAMILIES, type Family } from './policy/family.js'
export { BINS_MIN, histogramGroups, type ModelShape, predictsLabel, TREE_DEPTH_MAX } from './policy/family-tensors.js'
export { isNumberLabel } from './policy/label.js'
export {
  bitsIn,
  inFileOrder,
  RELEASE_BITS,
  type Release,
  type TensorLayout,
  valuesIn,
} from './policy/layout.js'
export { leakBits } from './policy/leak-bits.js'
export { METRIC_NAMES, type MetricName } from './policy/metric.js'
export {
  PolicyContradictionError,
  type PolicyIssue,
  PolicyMalformedError,
  PolicyUnsupportedError,
  parsePolicy,
} from './policy/parse-policy.js'
export {
  type AllowedAlgorithm,
  allowedAlgorithmSchema,
  type Policy,
  policyHash,
  policySchema,
} from './policy/policy.js'
export { type PolicyForParams, policyFor } from './policy/policy-for.js'
export type { Budget, Privacy } from './policy/privacy.js'
export {
  AIRLOCKS,
  type Airlock,
  approvalsNeeded,
  decidersOf,
  type ReleaseRule,
} from './policy/release-rule.js'
export { releaseSlot } from './policy/release-slot.js'
export {
  AlgorithmNotAllowedError,
  type AllowedRun,
  ParameterError,
  parameterNames,
  parametersHash,
  requireAllowed,
} from './policy/require-allowed.js'
export { leakStatement, rowsAtMost, type TableSize, UnmeasuredTableError } from './policy/rows-at-most.js'
export {
  type CategoryColumn,
  type ClassLabel,
  DIMENSIONS_MAX,
  type FeatureColumn,
  type LabelColumn,
  type NumberColumn,
  type NumberLabel,
  type Table,
  tableSchema,
} from './policy/table.js'
export {
  TRAINERS,
  type Trainer,
  trainerBytes,
  trainerDigest,
  trainerFamily,
  trainerOf,
  trainerParameters,
} from './policy/trainers.js'
export { PortInUseError } from './port-in-use-error.js'
export {
  BUILD_TYPE,
  type LedgerCharge,
  ledgerChargeOf,
  openingHashOf,
  PREDICATE_TYPE,
  type Provenance,
  type ProvenanceParams,
  provenanceHash,
  provenanceOf,
  provenanceSchema,
  STATEMENT_TYPE,
  withheldProvenance,
} from './provenance.js'
export { RECEIPT_TYPE, type Receipt, receiptSchema, receiptToChain } from './receipt.js'
export { REEXECUTION_CHECKS, type Reexecution, reexecutionSchema } from './reexecution.js'
export { type RunOpening, runOpeningHash, runOpeningSchema } from './run-opening.js'
export { type Isolation, isolationSchema, RUNTIMES, type Runtime, runtimeSchema } from './runtime.js'
export {
  type Acceptance,
  type Ack,
  type Approval,
  type Attestation,
  acceptanceTypedData,
  ackTypedData,
  approvalTypedData,
  attestationTypedData,
  type DomainParams,
  dealHash,
  goodsHash,
  quoteTypedData,
  receiptHash,
  receiptTypedData,
  requestTypedData,
  type SignedRequest,
  type TypedData,
  typedDataDigest,
} from './typed-data.js'
export { BPS, DAY, HOUR, MINUTE, SHARE_UNIT } from './units.js'
