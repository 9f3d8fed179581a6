import type { Address, Hex, Kind, ListingId, MarketId, ORDER_STATES, OrderId } from '@gristmill/protocol'
import type { ColumnType, GeneratedAlways, RawBuilder, Selectable } from 'kysely'

/** What the chain tells about a listing or an order. */
export type ChainEventType =
  | 'published'
  | 'prices-changed'
  | 'exiting'
  | 'removed'
  | 'placed'
  | 'revealed'
  | 'fulfilled'
  | 'complaint-upheld'
  | 'contradiction-proven'
  | 'disputed'
  | 'ruled'
  | 'settled'
  | 'refunded'

/** What is done here and told nowhere else. */
export type ActType =
  | 'content-stored'
  | 'content-deleted'
  | 'content-shredded'
  | 'attested'
  | 'run-started'
  | 'run-ended'
  | 'run-opened'
  | 'approved'
  | 'rejected'
  | 'acknowledged'
  | 'closed'
  | 'key-made'
  | 'keys-rotated'
  | 'key-destroyed'
  | 'backed-up'
  | 'restored'

/** What is sent of an order. */
export type DeliveryPart = 'message' | 'opening' | 'leaves' | 'ciphertext'

export type OrderState = (typeof ORDER_STATES)[number]

/** int8 that fits a JavaScript number: PGlite answers with a number. */
type Int8 = ColumnType<number, number, number>

interface CursorTable {
  id: number
  block_number: Int8
  block_hash: Hex
  /** Latest block that the chain called final by then; -1: none. */
  finalized_number: Int8
}

/** Blocks that were read to: where to go back to when the chain changes its mind. */
interface MarksTable {
  block_number: Int8
  block_hash: Hex
}

interface UndosTable {
  position: GeneratedAlways<number>
  block_number: Int8
  /** JSON of Undo. */
  undo: string
}

/** Content that is to be fetched for an upload. */
interface FetchesTable {
  account: Address
  upload_id: Hex
  url: string
  sha256: Hex | null
  requested_at: Int8
  tries: ColumnType<number, number | undefined, number>
  holder: string | null
  held_until: ColumnType<Date, Date | RawBuilder<Date> | undefined, Date | RawBuilder<Date>>
  failed_code: string | null
  failed_message: string | null
}

/** Who works on an order, where several processes do. */
interface ClaimsTable {
  order_id: OrderId
  /** A process. */
  holder: string
  /** By the database's clock. */
  expires_at: Date
}

/** Written before they are sent, so that none is sent twice and none is forgotten. */
interface TransactionsTable {
  signer: Address
  nonce: Int8
  /** keccak256 of address and data. */
  call: Hex
  /** Signed; the latest, if its fee was raised. */
  raw: Hex
  /** JSON of Hex[]: of every version that was sent, the latest last. */
  hashes: string
  /** Unix seconds. */
  first_sent_at: Int8
  sent_at: Int8
  /** The chain has a transaction of this nonce. */
  is_mined: ColumnType<boolean, boolean | undefined, boolean>
}

interface NoncesTable {
  account: Address
  nonce: Hex
  /** Unix seconds. */
  expiry: Int8
}

interface UploadsTable {
  account: Address
  upload_id: Hex
  /** JSON of AssetFile[]. */
  files: string
  size_bytes: Int8
  /** Unix seconds. */
  created_at: Int8
  /** From which the blinds of the cells derive; there until the content is shredded. */
  secret: Uint8Array | null
  /** Of the content, once somebody needed it. */
  sha256: Hex | null
  /** The columns below are set together, once the content is stored. */
  blob_key: string | null
  content_root: Hex | null
  /** OpenPGP key packets to the datatrust's own key; the blob is the data packet. */
  key_packets: Uint8Array | null
  /** Blob with the leaf hashes of the cells, packed; made when the first fair order of the content comes. */
  leaves_key: string | null
  /** Of the OpenPGP key for which they are. */
  key_fingerprint: Hex | null
  /** Unix seconds; then what was stored is gone, for good. */
  shredded_at: Int8 | null
  /** Unix seconds when it was first found damaged, and passed over, as bytes were promised an epsilon that may be the same. */
  unread_at: Int8 | null
  /** Kept by the database as listings come and go. */
  listing_count: GeneratedAlways<number>
}

interface ShredsTable {
  account: Address
  upload_id: Hex
  /** JSON of ListingId[]. */
  listings: string
  sha256: Hex | null
  content_root: Hex
  size_bytes: Int8
  /** `operator` or `schedule`. */
  reason: string
  shredded_at: Int8
}

interface AttestationsTable {
  listing: ListingId
  terms_hash: Hex
  services: number
  account: Address
  upload_id: Hex
  /** JSON of Metadata. */
  metadata: string
  /** JSON of Policy. */
  policy: string | null
  /** JSON of AlgorithmTerms: in place of a policy. */
  algorithm_terms: ColumnType<string | null, string | null | undefined, string | null>
  rows_at_most: Int8 | null
  /** JSON of AttestationAnswer. */
  answer: string
  /** Unix seconds. */
  expiry: Int8
}

interface ListingsTable {
  listing: ListingId
  position: GeneratedAlways<number>
  market: MarketId
  maker: Address
  upload_id: Hex
  content_root: Hex
  size_bytes: Int8
  policy_hash: Hex
  metadata_hash: Hex
  metadata: string
  policy: string | null
  /** JSON of AlgorithmTerms: in place of a policy. */
  algorithm_terms: ColumnType<string | null, string | null | undefined, string | null>
  rows_at_most: Int8 | null
  /** Null: its block is gone, and only orders that may come back refer to it. */
  published_block: Int8 | null
}

interface CatalogueTable {
  listing: ListingId
  position: number
  market: MarketId
  /** In which the prices count. */
  asset: Address
  maker: Address
  /** Units of the asset's decimals, up to 2^96; null: not for sale. */
  access_price: string | null
  compute_price: string | null
  /** Unix seconds; 0: not exiting. */
  exit_at: Int8
  /** Name in lower case, compared byte by byte. */
  name_key: string
  /** In lower case. */
  search_text: string
  size_bytes: Int8
  /** Of metadata and policy. */
  document_bytes: Int8
}

interface AlgorithmsTable {
  sha256: Hex
  module: Uint8Array
  created_at: Int8
}

interface QuotesTable {
  /** EIP-712 digest of the Quote. */
  digest: Hex
  order_id: OrderId
  /** JSON of Deal, of Goods. */
  deal: string
  goods: string
  signature: Hex
  /** Null for a fair exchange, which has the two columns below instead. */
  recipient_public_key: string | null
  /** The buyer's session key. */
  ack_key: Address | null
  /** Random; the key of the delivery derives from it and the master secret. */
  quote_id: Hex | null
  /** Sent by the sponsor, and kept as long as the quote is; null where a listing's is to run, or none. */
  algorithm: Hex | null
  /** JSON of Parameters. */
  parameters: string | null
  /** Of a joint run: its id, and how many orders it has. */
  run_id: ColumnType<Hex | null, Hex | null | undefined, Hex | null>
  run_size: ColumnType<number | null, number | null | undefined, number | null>
  buyer: Address
  maker: Address
  kind: Kind
  /** Unix seconds. */
  place_by: Int8
}

interface OrdersTable {
  order_id: OrderId
  /** Of the quote that was placed. */
  digest: Hex
  listing: ListingId
  buyer: Address
  maker: Address
  kind: Kind
  /** Of a joint run: its id, and how many orders it has. */
  run_id: ColumnType<Hex | null, Hex | null | undefined, Hex | null>
  run_size: ColumnType<number | null, number | null | undefined, number | null>
  state: OrderState
  /** Unix seconds. */
  fulfil_by: Int8
  /** The buyer's session key: of a fair exchange. */
  ack_key: Address | null
  /** RFC 9162 tree hash over the encrypted cells, once this datatrust has computed it. */
  cipher_root: Hex | null
  /** Signature of the session key over the Ack that names this root. */
  ack: Hex | null
  /** Blob that holds the whole message; null where the message is `message_header` and the stored data packet. */
  message_key: string | null
  message_header: Uint8Array | null
  /** Of the message, or of the ciphertext of a fair exchange. */
  message_bytes: Int8 | null
  /** JSON of Receipt; present once a run is over. */
  receipt: string | null
  receipt_signature: Hex | null
  /** JSON of Provenance, which the receipt names. */
  provenance: ColumnType<string | null, string | null | undefined, string | null>
  /** JSON of Metric[]. */
  metrics: string | null
  /** JSON of PrivateLog: for the maker alone. */
  private_log: ColumnType<string | null, string | null | undefined, string | null>
  /** Unix seconds, a release slot of the policy: before it the sponsor is not told that the run is over. */
  release_at: Int8 | null
  /** Why nothing more is to come: a word for the log. */
  closed_because: string | null
  placed_position: GeneratedAlways<number>
  /** Null: its block is gone. What was made for it is kept, and nobody sees it. */
  placed_block: Int8 | null
  /** Of its block, Unix seconds; null: placed before it was written down, and not read again yet. */
  placed_at: ColumnType<number | null, number | null | undefined, number | null>
  /** Units of the asset's decimals. */
  price: string
  /** How the chain says that it ended, and since when. */
  ended: 'fulfilled' | 'settled' | 'refunded' | null
  ended_block: Int8 | null
  /** What the chain holds since the key was revealed or the receipt posted, without which it is not settled, */
  delivery_hash: Hex | null
  /** and the Unix second after which it can be: the end of its window, or of its arbiter's time. */
  settles_after: Int8 | null
}

interface DecisionsTable {
  order_id: OrderId
  /** One decision each. */
  reviewer: Address
  /** In the order in which they were made. */
  position: GeneratedAlways<number>
  released_hash: Hex
  approved: boolean
  signature: Hex
}

interface LedgerTable {
  /** 1, 2, 3, ... without gaps. */
  position: Int8
  /** sha256 of the content: listing the same data again does not renew its budget. */
  dataset: Hex
  sponsor: Address
  order_id: OrderId
  bits: Int8
  /** In millionths. */
  epsilon_micros: Int8
  /** Random, and told to nobody; null: from before there were any. */
  nonce: Hex | null
  /** sha256 over this entry and the head before it. */
  head: Hex
}

/** What the chain told about listings and orders of this datatrust; goes with its block. */
interface ChainEventsTable {
  block_number: Int8
  log_index: Int8
  type: ChainEventType
  /** One of the two. */
  listing: ListingId | null
  order_id: OrderId | null
  /** Of its block, Unix seconds. */
  happened_at: Int8
  transaction_hash: Hex
}

/** An order that was placed here, and of whose quote this database knows nothing: its backup is older. */
interface LostOrdersTable {
  order_id: OrderId
  listing: ListingId
  buyer: Address
  maker: Address
  kind: Kind
  /** Its key was random: it can only be refunded. */
  is_fair: boolean
  /** Units of the asset's decimals. */
  price: string
  token: Address
  algorithm: Hex
  placed_block: Int8
  /** Unix seconds. */
  placed_at: Int8
  /** Unix seconds; from then on its buyer can have the price back. */
  refund_from: Int8
}

/** Bytes that left, by day: as often as they are asked for, there is one row for it. */
interface DeliveriesTable {
  /** Days since 1970-01-01 UTC. */
  day: Int8
  order_id: OrderId
  part: DeliveryPart
  /** The buyer, or the session key of the order. */
  account: Address
  /** Answers that were begun. */
  answers: Int8
  /** Written down before the first byte leaves, */
  offered_bytes: Int8
  /** and after the last one; fewer: broken off, or the process died. */
  sent_bytes: Int8
  /** Unix seconds. */
  first_at: Int8
  last_at: Int8
}

/** What people and this datatrust did here that the chain does not tell; append-only. */
interface ActsTable {
  position: GeneratedAlways<number>
  /** Unix seconds. */
  happened_at: Int8
  type: ActType
  account: Address | null
  listing: ListingId | null
  order_id: OrderId | null
  /** What else it was about: an upload, a key, a directory. */
  subject: string | null
  /** Canonical JSON of an object. */
  details: string
}

/** That this database is a copy of an earlier one: a row for each time that it was restored. */
interface RestoresTable {
  restore_id: GeneratedAlways<number>
  /** Unix seconds. */
  restored_at: Int8
  /** Up to which the earlier one may have gone on: the chain's head at the first start since; null before that. */
  through_block: Int8 | null
}

export interface DatabaseSchema {
  acts: ActsTable
  restores: RestoresTable
  chain_events: ChainEventsTable
  lost_orders: LostOrdersTable
  deliveries: DeliveriesTable
  cursor: CursorTable
  nonces: NoncesTable
  uploads: UploadsTable
  shreds: ShredsTable
  attestations: AttestationsTable
  listings: ListingsTable
  catalogue: CatalogueTable
  algorithms: AlgorithmsTable
  quotes: QuotesTable
  orders: OrdersTable
  decisions: DecisionsTable
  ledger: LedgerTable
  marks: MarksTable
  undos: UndosTable
  claims: ClaimsTable
  fetches: FetchesTable
  transactions: TransactionsTable
}

export type FetchRow = Selectable<FetchesTable>
export type UploadRow = Selectable<UploadsTable>
export type ListingRow = Selectable<ListingsTable>
export type QuoteRow = Selectable<QuotesTable>
export type OrderRow = Selectable<OrdersTable>
