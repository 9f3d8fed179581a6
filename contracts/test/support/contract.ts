import type { BaseContract, BaseContractMethod } from 'ethers'
import type { Signer } from './chain.ts'

// biome-ignore lint/suspicious/noExplicitAny: arguments and result are those of whatever method is named
type Method = BaseContractMethod<any[], any, any>

/** A deployed contract with the methods the tests call; ethers itself forgets on `connect` that there are any. */
export type Contract = { connect(signer: Signer): Contract } & BaseContract & Record<MethodName, Method>

type MethodName =
  | CurationMethod
  | CurveMethod
  | DatatrustsMethod
  | GovernorMethod
  | ListingsMethod
  | MarketsMethod
  | OrdersMethod
  | ShareMethod
  | SignalsMethod
  | TokenMethod
  | VaultMethod
  | 'run'

type VaultMethod =
  | 'close'
  | 'deposit'
  | 'depositWithPermit'
  | 'isOperator'
  | 'multicall'
  | 'open'
  | 'setOperator'
  | 'withdraw'

type DatatrustsMethod =
  | 'UNBONDING_SECONDS'
  | 'answersFor'
  | 'VAULT'
  | 'ORDERS'
  | 'bond'
  | 'get'
  | 'register'
  | 'signerOf'
  | 'terms'
  | 'unbond'
  | 'update'
  | 'withdrawBond'

type MarketsMethod =
  | 'ORDERS'
  | 'SHARE'
  | 'accrue'
  | 'addBounty'
  | 'addRevenue'
  | 'book'
  | 'configAt'
  | 'configOf'
  | 'create'
  | 'fund'
  | 'identityOf'
  | 'isAdmitted'
  | 'listingTermsOf'
  | 'pollTermsOf'
  | 'quoteFund'
  | 'quoteRedeem'
  | 'redeem'
  | 'reserveOf'
  | 'reward'
  | 'saleTermsOf'
  | 'setAdmission'
  | 'setConfig'

type ListingsMethod =
  | 'exit'
  | 'heldUntil'
  | 'hold'
  | 'isOpen'
  | 'publish'
  | 'release'
  | 'remove'
  | 'returnBond'
  | 'setPrices'

type OrdersMethod =
  | 'accrualOf'
  | 'deliver'
  | 'dispute'
  | 'forfeitReward'
  | 'fulfil'
  | 'hashGoods'
  | 'hashReceipt'
  | 'orderIdOf'
  | 'place'
  | 'revealRun'
  | 'rule'
  | 'settle'
  | 'statusOf'
  | 'takeCurators'

type SignalsMethod = 'claim' | 'claimable' | 'flush' | 'signal' | 'signalOf' | 'totalOf'

type CurationMethod =
  | 'barredUntil'
  | 'challenge'
  | 'count'
  | 'openPollOf'
  | 'proposeAdmission'
  | 'proposeConfig'
  | 'resolve'
  | 'resolveConfig'
  | 'resolveDispute'
  | 'vote'
  | 'voteOf'
  | 'weightOf'

type GovernorMethod =
  | 'PROPOSER_ROLE'
  | 'castVote'
  | 'execute'
  | 'grantRole'
  | 'proposalDeadline'
  | 'propose'
  | 'queue'
  | 'renounceRole'
  | 'state'

type ShareMethod =
  | 'CLOCK_MODE'
  | 'CURATION'
  | 'MARKETS'
  | 'SIGNALS'
  | 'addSignal'
  | 'burn'
  | 'clock'
  | 'delegate'
  | 'delegateBySig'
  | 'delegates'
  | 'encumberedOf'
  | 'getPastTotalSupply'
  | 'getPastVotes'
  | 'getVotes'
  | 'lockVotes'
  | 'market'
  | 'removeSignal'

type TokenMethod =
  | 'approve'
  | 'balanceOf'
  | 'decimals'
  | 'mint'
  | 'name'
  | 'nonces'
  | 'permit'
  | 'setCallback'
  | 'setFees'
  | 'setStuck'
  | 'symbol'
  | 'totalSupply'
  | 'transfer'
  | 'transferFrom'

type CurveMethod = 'setMood' | 'setReentry' | 'sharesFor'
