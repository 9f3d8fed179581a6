/** The structs of the contracts, as the tests write them. */
export interface Deal {
  listing: string
  buyer: string
  n: bigint
  market: string
  asset: string
  maker: string
  operator: string
  datatrust: bigint
  price: bigint
  makerBps: bigint
  operatorBps: bigint
  curatorsBps: bigint
  failureBps: bigint
  compensation: bigint
  kind: bigint
  placeBy: bigint
  fulfilWithin: bigint
  window: bigint
  arbiter: string
  ackKey: string
}

export interface Goods {
  termsHash: string
  keyHash: string
  recipientKey: string
  algorithm: string
  parametersHash: string
  runtimeDigest: string
  runId: string
}

export interface Receipt {
  orderId: string
  goodsHash: string
  rawOutputHash: string
  releasedHash: string
  releasedRoot: string
  provenanceHash: string
  releasedBytes: bigint
  leakBits: bigint
  fuel: bigint
  verdict: bigint
}

export interface Delivery {
  contentRoot: string
  sizeBytes: bigint
  cipherRoot: string
  key: string
  receiptHash: string
}

export interface Quote {
  deal: Deal
  goods: Goods
  signature: string
}

export interface Content {
  contentRoot: string
  sizeBytes: bigint
  policyHash: string
  metadataHash: string
}

export const KIND = { ACCESS: 0n, COMPUTE: 1n } as const
export const STATUS = {
  NONE: 0n,
  PLACED: 1n,
  REVEALED: 2n,
  FULFILLED: 3n,
  REVEALED_DISPUTED: 4n,
  FULFILLED_DISPUTED: 5n,
  SETTLED: 6n,
  REFUNDED: 7n,
} as const
export const VERDICT = { OK: 0n, ALGO_ERROR: 1n, REVIEW: 7n } as const
export const MINUTE = 60n
export const HOUR = 3_600n
export const DAY = 86_400n
export const BPS = 10_000n
export const FROM_VAULT = {
  source: 0n,
  permitDeadline: 0n,
  v: 0n,
  r: `0x${'00'.repeat(32)}`,
  s: `0x${'00'.repeat(32)}`,
} as const
export const FROM_WALLET = { ...FROM_VAULT, source: 1n } as const

/** Rules of the market of the tests; amounts in units of a token with 6 decimals. */
export const CONFIG = {
  spreadBps: 500n,
  makerBps: 7_000n,
  operatorBps: 500n,
  curatorsBps: 200n,
  failureBps: 1_000n,
  compensationBps: 50n,
  quorumBps: 400n,
  challengeFeeBps: 1_000n,
  isCurated: false,
  dripSeconds: 7n * DAY,
  exitDelaySeconds: 3n * DAY,
  activationSeconds: HOUR,
  complaintWindowSeconds: 6n * HOUR,
  disputeWindowSeconds: DAY,
  pollSeconds: 3n * DAY,
  timelockSeconds: 7n * DAY,
  listReward: 2_000_000n,
  listingBond: 10_000_000n,
  challengeBond: 10_000_000n,
  minBond: 1_000_000_000n,
} as const

/** Units: what `compensationBps` of `minBond` is. */
export const COMPENSATION = (CONFIG.minBond * CONFIG.compensationBps) / BPS

/** Odd, so that every part of a split rounds. */
export const ACCESS_PRICE = 10_000_003n
export const COMPUTE_PRICE = 20_000_007n
