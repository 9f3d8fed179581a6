import type { Address, Hex, Kind, ListingId, MarketId, ORDER_STATES, OrderId } from '@gristmill/protocol'
import type { ColumnType, GeneratedAlways, Selectable } from 'kysely'

export type OrderState = (typeof ORDER_STATES)[number]

/** int8 that fits a JavaScript number: PGlite answers with a number. */
type Int8 = ColumnType<number, number, number>

interface CursorTable {
  id: number
  block_number: Int8
  block_hash: string
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
  /** The columns below are set together, once the content is stored. */
  blob_key: string | null
  sha256: Hex | null
  content_root: Hex | null
  /** From which the blinds of the cells derive. */
  secret: Uint8Array | null
  /** OpenPGP key packets to the datatrust's own key; the blob is the data packet. */
  key_packets: Uint8Array | null
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
  rows_at_most: Int8 | null
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
  /** Block that told the prices or the exit last. */
  changed_at_block: Int8
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
  recipient_public_key: string
  algorithm: Hex | null
  /** JSON of Parameters. */
  parameters: string | null
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
  state: OrderState
  /** Unix seconds. */
  fulfil_by: Int8
  /** Blob that holds the whole message; null where the message is `message_header` and the stored data packet. */
  message_key: string | null
  message_header: Uint8Array | null
  message_bytes: Int8 | null
  /** JSON of Receipt; present once a run is over. */
  receipt: string | null
  receipt_signature: Hex | null
  /** JSON of Metric[]. */
  metrics: string | null
  /** Unix seconds, a release slot of the policy: before it the sponsor is not told that the run is over. */
  release_at: Int8 | null
  /** Why nothing more is to come: a word for the log. */
  closed_because: string | null
  placed_position: GeneratedAlways<number>
}

interface DecisionsTable {
  order_id: OrderId
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
  /** sha256 over this entry and the head before it. */
  head: Hex
}

export interface DatabaseSchema {
  cursor: CursorTable
  nonces: NoncesTable
  uploads: UploadsTable
  attestations: AttestationsTable
  listings: ListingsTable
  catalogue: CatalogueTable
  algorithms: AlgorithmsTable
  quotes: QuotesTable
  orders: OrdersTable
  decisions: DecisionsTable
  ledger: LedgerTable
}

export type UploadRow = Selectable<UploadsTable>
export type ListingRow = Selectable<ListingsTable>
export type QuoteRow = Selectable<QuotesTable>
export type OrderRow = Selectable<OrdersTable>
