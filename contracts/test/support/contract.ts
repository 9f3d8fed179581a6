import type { BaseContract, BaseContractMethod } from 'ethers'
import type { Signer } from './chain.ts'

// biome-ignore lint/suspicious/noExplicitAny: arguments and result are those of whatever method is named
type Method = BaseContractMethod<any[], any, any>

/** A deployed contract with the methods the tests call; ethers itself forgets on `connect` that there are any. */
export type Contract = { connect(signer: Signer): Contract } & BaseContract & Record<MethodName, Method>

type MethodName = CurveMethod | DatatrustsMethod | MarketsMethod | ShareMethod | TokenMethod | VaultMethod | 'run'

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
  | 'VAULT'
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
  | 'accrue'
  | 'addRevenue'
  | 'book'
  | 'configAt'
  | 'configOf'
  | 'create'
  | 'fund'
  | 'identityOf'
  | 'listingTermsOf'
  | 'quoteFund'
  | 'quoteRedeem'
  | 'redeem'
  | 'reserveOf'
  | 'reward'
  | 'saleTermsOf'
  | 'setConfig'

type ShareMethod =
  | 'CLOCK_MODE'
  | 'MARKETS'
  | 'burn'
  | 'clock'
  | 'delegate'
  | 'delegateBySig'
  | 'delegates'
  | 'getPastTotalSupply'
  | 'getPastVotes'
  | 'getVotes'
  | 'market'

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
  | 'symbol'
  | 'totalSupply'
  | 'transfer'
  | 'transferFrom'

type CurveMethod = 'setMood' | 'setReentry' | 'sharesFor'
