import type { BaseContractMethod, Contract, ContractTransactionResponse, Signer } from 'ethers'

// biome-ignore-start lint/suspicious/noExplicitAny: arguments and results are those of whatever method is named
type Call = BaseContractMethod<any[], any, ContractTransactionResponse>
type View = BaseContractMethod<any[], any, any>
// biome-ignore-end lint/suspicious/noExplicitAny: as above

/** An ethers contract of which only the named methods are used. */
type Api<Calls extends string, Views extends string = never> = Contract & Record<Calls, Call> & Record<Views, View>

export type TokenApi = Api<'mint' | 'approve' | 'permit' | 'transfer', 'balanceOf' | 'name' | 'nonces'>
export type VaultApi = Api<
  'deposit' | 'depositWithPermit' | 'multicall' | 'setOperator' | 'transfer' | 'withdraw',
  'balanceOf' | 'isOperator'
>
export type DatatrustsApi = Api<
  'bond' | 'register' | 'slash' | 'unbond' | 'update' | 'withdrawBond',
  'answersFor' | 'get'
>
export type MarketsApi = Api<'addRevenue' | 'create' | 'fund' | 'redeem' | 'setConfig', 'identityOf' | 'reserveOf'>
export type ListingsApi = Api<'exit' | 'publish' | 'returnBond' | 'setPrices', 'get' | 'isOpen' | 'NOT_OFFERED'>
export type OrdersApi = Api<
  | 'complain'
  | 'contradict'
  | 'deliver'
  | 'dispute'
  | 'forfeitReward'
  | 'fulfil'
  | 'place'
  | 'placeMany'
  | 'refund'
  | 'reveal'
  | 'revealRun'
  | 'rule'
  | 'settle'
  | 'takeCurators',
  'accrualOf' | 'hasAccess' | 'hashDeal' | 'hashGoods' | 'hashReceipt' | 'orderIdOf' | 'statusOf'
>
export type SignalsApi = Api<'claim' | 'flush' | 'signal' | 'withdraw', 'claimable' | 'signalOf' | 'totalOf'>
export type CurationApi = Api<
  | 'challenge'
  | 'claim'
  | 'dispute'
  | 'proposeAdmission'
  | 'proposeConfig'
  | 'resolve'
  | 'resolveConfig'
  | 'resolveDispute'
  | 'vote'
>
export type WalletApi = Api<'run'>

/** The same contract, called by `signer`. */
export function by<T extends Contract>(signer: Signer, contract: T): T {
  return contract.connect(signer) as T
}
