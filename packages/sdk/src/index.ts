export { CURVE_NAMES, type CurveName } from '@gristmill/curve'
export {
  type ChaCha20,
  type DecryptionKey,
  type GeneratedKey,
  generateKey,
  nobleChaCha20,
  nobleSha256,
  publicKeyOf,
  readDecryptionKey,
  readRecipient,
  type Sha256,
} from '@gristmill/envelope'
export { type Deployment, deploymentSchema } from '@gristmill/protocol'
export type { EventPlace } from './chain/event-place.js'
export { jsonRpcProvider } from './chain/json-rpc-provider.js'
export type { LogCursor } from './chain/log-cursor.js'
export type {
  SigningHooks,
  SigningRequest,
  TransactionProgress,
  TransactionRequest,
  TypedDataRequest,
} from './chain/signing.js'
export { Client, type ConnectParams } from './client.js'
export type { Contracts } from './contracts.js'
export type { ChallengeListingParams } from './curation/challenge-listing.js'
export type { DisputeRunParams } from './curation/dispute-run.js'
export type { Poll, PollParams } from './curation/get-poll.js'
export type { ListPollsParams, ListPollsResult } from './curation/list-polls.js'
export type { OpenPollResult } from './curation/open-poll.js'
export { POLL_KINDS, POLL_STATUSES, type PollId, type PollKind, type PollStatus } from './curation/poll-kind.js'
export type { PollSubject } from './curation/poll-subject.js'
export type { ProposeAdmissionParams, ProposeConfigParams } from './curation/propose.js'
export type { ResolvePollResult } from './curation/resolve-poll.js'
export type { AccountVote, VoteOfParams, VoteParams, VoteResult } from './curation/vote.js'
export type {
  ClaimVotesParams,
  ClaimVotesResult,
  VoterReward,
  VoterRewardsParams,
} from './curation/voter-rewards.js'
export type {
  BondDatatrustParams,
  BondDatatrustResult,
} from './datatrusts/bond-datatrust.js'
export type { DatatrustSigner } from './datatrusts/find-signer.js'
export type { Datatrust, GetDatatrustParams } from './datatrusts/get-datatrust.js'
export type { RegisterDatatrustParams, RegisterDatatrustResult } from './datatrusts/register-datatrust.js'
export type {
  UnbondDatatrustParams,
  UnbondDatatrustResult,
  WithdrawBondParams,
  WithdrawBondResult,
} from './datatrusts/unbond-datatrust.js'
export type { UpdateDatatrustParams, UpdateDatatrustResult } from './datatrusts/update-datatrust.js'
export {
  ChainError,
  ChainUnreachableError,
  InsufficientFundsError,
  LogsRefusedError,
  MissingEventError,
  RejectedError,
  TransactionReplacedError,
  TransactionTimeoutError,
} from './errors/chain-errors.js'
export {
  InvalidParameterError,
  NoDatatrustError,
  NoProviderError,
  NoSignerError,
  NotDeployedError,
  WrongChainError,
} from './errors/connection-errors.js'
export { ContractRevertError } from './errors/contract-revert-error.js'
export {
  BadAnswerError,
  DatatrustError,
  DatatrustTimeoutError,
  DatatrustUnreachableError,
  MessageChangedError,
  TransferInterruptedError,
} from './errors/datatrust-errors.js'
export {
  type DeliveryFault,
  DeliveryFaultError,
  KeyLateError,
  SessionKeyError,
  type UpheldComplaint,
  WrongDeliveryError,
} from './errors/delivery-errors.js'
export { PriceAboveMaximumError } from './errors/market-errors.js'
export {
  AttestationMismatchError,
  CardMismatchError,
  ContentMismatchError,
  ListingMismatchError,
  QuoteMismatchError,
  ReceiptMismatchError,
  RunFailedError,
} from './errors/mismatch-errors.js'
export {
  BadNumberError,
  NotFulfilledError,
  NothingReleasedError,
  NotRevealedError,
  NoWrongCellError,
  OrderClosedError,
  OrderUnknownError,
  OrderWaitTimeoutError,
  ReceiptNotFoundError,
  ShortWindowError,
} from './errors/order-errors.js'
export { revertToError, toTypedError } from './errors/to-typed-error.js'
export type { RetryPolicy } from './http/retries.js'
export type { DecideApprovalParams, GetApprovalParams } from './listings/approvals.js'
export type { Attested, AttestListingParams } from './listings/attest-listing.js'
export type { ExitListingParams, ExitListingResult, ReturnBondResult } from './listings/exit-listing.js'
export type { Listing } from './listings/get-listing.js'
export type { ListListingsParams, ListListingsResult } from './listings/list-listings.js'
export type { GetListingParams, ListingRecord } from './listings/listing-record.js'
export type { Prices } from './listings/prices.js'
export type {
  PublishAttestedParams,
  PublishAttestedResult,
  PublishListingParams,
  PublishListingResult,
  PublishProgress,
} from './listings/publish-listing.js'
export type { RankedListing, RankListingsParams, RankListingsResult } from './listings/rank-listings.js'
export type {
  ListingEvent,
  ListingExiting,
  ListingPublished,
  ListingRemoved,
  PricesChanged,
  ReadListingEventsParams,
} from './listings/read-listing-events.js'
export type { SetPricesParams, SetPricesResult } from './listings/set-prices.js'
export type {
  Content,
  ContentStream,
  RemoteContent,
  UploadContentParams,
  UploadContentResult,
} from './listings/upload-content.js'
export type { AddRevenueParams, AddRevenueResult } from './markets/add-revenue.js'
export type { CreateMarketParams, CreateMarketResult } from './markets/create-market.js'
export {
  type FundMarketParams,
  type FundMarketResult,
  type FundQuote,
  type QuoteFundParams,
  sharesAtPrice,
} from './markets/fund-market.js'
export type { CurvePoint, CurveTrade, GetCurveParams, MarketCurve } from './markets/get-curve.js'
export type { GetMarketParams, Market, MarketPrices, MarketReserve } from './markets/get-market.js'
export type { GetPortfolioParams, PortfolioEntry, PortfolioEvent } from './markets/get-portfolio.js'
export type { CreatedMarket, ListMarketsParams, ListMarketsResult } from './markets/list-markets.js'
export { defaultMarketConfig, MARKET_PRESETS, type MarketConfig, type MarketPreset } from './markets/market-config.js'
export type {
  QuoteRedeemParams,
  RedeemQuote,
  RedeemSharesParams,
  RedeemSharesResult,
} from './markets/redeem-shares.js'
export { resolveCurve } from './markets/resolve-curve.js'
export type { SetConfigParams, SetConfigResult } from './markets/set-config.js'
export { withSlippage } from './markets/slippage.js'
export type { CollectModelParams, CollectModelResult } from './orders/collect-model.js'
export type { CollectRunParams, CollectRunResult } from './orders/collect-run.js'
export type { ComplainParams, ComplainResult, DeliveredOrder } from './orders/complain.js'
export type { ContradictRunParams, ContradictRunResult } from './orders/contradict-run.js'
export { type DealTerms, type DealTermsParams, dealTerms } from './orders/deal-terms.js'
export type { Download, DownloadOrderParams, DownloadStep, VerifiedContent } from './orders/download-order.js'
export type {
  DeliverOrderResult,
  FulfilOrderParams,
  FulfilOrderResult,
  OrderTerms,
  SettledParts,
} from './orders/fulfil-order.js'
export type { Order } from './orders/get-order.js'
export type { GetReceiptParams, ToldReceipt, VerifiedReceipt } from './orders/get-receipt.js'
export type { Run } from './orders/get-run.js'
export type { HasAccessParams } from './orders/has-access.js'
export type { ListOrdersParams, ListOrdersResult } from './orders/list-orders.js'
export type { OrderParams, OrderStatus } from './orders/order-status.js'
export type { KeptEvidence, PartialDownload } from './orders/partial-download.js'
export type { KeptMessage, MessageIdentity, PartialMessage } from './orders/partial-message.js'
export type {
  PlaceOrderParams,
  PlaceOrderResult,
  PlaceOrdersParams,
  PlaceOrdersResult,
} from './orders/place-orders.js'
export type { QuoteRunParams, QuoteRunResult } from './orders/quote-run.js'
export type { DownloadProgress, ReadMessageParams } from './orders/read-message.js'
export type {
  ComplaintUpheld,
  ContradictionProven,
  OrderDisputed,
  OrderEvent,
  OrderFulfilled,
  OrderPlaced,
  OrderRefunded,
  OrderRevealed,
  OrderRuled,
  OrderSettled,
  ReadOrderEventsParams,
} from './orders/read-order-events.js'
export type { Refund, RefundOrdersParams, RefundOrdersResult } from './orders/refund-orders.js'
export type { RequestQuoteParams } from './orders/request-quote.js'
export { requireJointListings } from './orders/require-joint-listings.js'
export type { RevealOrderParams, RevealOrderResult } from './orders/reveal-order.js'
export type { SendAlgorithmParams, SendAlgorithmResult } from './orders/send-algorithm.js'
export { createSessionKey, type SessionKey, sessionKeyOf } from './orders/session-key.js'
export type {
  AcceptOrderParams,
  Settlement,
  SettleOrdersParams,
  SettleOrdersResult,
} from './orders/settle-orders.js'
export { type QuoteExpectation, verifyQuote } from './orders/verify-quote.js'
export type { OrderDocumentParams, OrderState, WaitForOrderParams } from './orders/wait-for-order.js'
export type { PaymentMethod } from './payment/to-payment.js'
export type { FlushListingParams, FlushListingResult } from './signals/flush-listing.js'
export type { GetSignalParams, ListingSignal, SignalWeight } from './signals/get-signal.js'
export type { SignalListingParams, SignalListingResult } from './signals/signal-listing.js'
export type {
  ClaimSignalsParams,
  ClaimSignalsResult,
  SignalReward,
  SignalRewardsParams,
} from './signals/signal-rewards.js'
export type { ApproveParams, ApproveResult } from './vault/approve.js'
export type { AuthorizeParams, AuthorizeResult, Module } from './vault/authorize.js'
export type { Balance, BalanceParams } from './vault/balance.js'
export type { DepositParams, DepositResult } from './vault/deposit.js'
export type { Token, TokenParams } from './vault/token.js'
export type { WithdrawParams, WithdrawResult } from './vault/withdraw.js'
export { type VerifySignatureParams, verifySignature } from './verify-signature.js'
