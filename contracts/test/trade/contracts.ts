import type { BaseContractMethod, Contract, ContractTransactionResponse, Signer } from 'ethers'

// biome-ignore lint/suspicious/noExplicitAny: arguments and results are those of whatever method is named
type Method = BaseContractMethod<any[], any, ContractTransactionResponse>

/** An ethers contract of which only the named methods are used. */
type Api<Name extends string> = Contract & Record<Name, Method>

export type TokenApi = Api<'mint' | 'approve' | 'balanceOf' | 'name' | 'nonces' | 'permit'>
export type VaultApi = Api<'balanceOf' | 'deposit' | 'multicall' | 'setOperator' | 'transfer' | 'withdraw'>
export type DatatrustsApi = Api<'bond' | 'register' | 'unbond' | 'update'>
export type MarketsApi = Api<'configOf' | 'create' | 'fund' | 'redeem' | 'reserveOf' | 'setConfig'>
export type ListingsApi = Api<'exit' | 'get' | 'isOpen' | 'publish' | 'returnBond' | 'setPrices' | 'NOT_OFFERED'>
export type OrdersApi = Api<
  | 'accrualOf'
  | 'deliver'
  | 'flush'
  | 'fulfil'
  | 'hasAccess'
  | 'hashDeal'
  | 'hashGoods'
  | 'hashReceipt'
  | 'orderIdOf'
  | 'place'
  | 'placeMany'
  | 'refund'
  | 'settle'
  | 'statusOf'
>
export type WalletApi = Api<'run'>

/** The same contract, called by `signer`. */
export function by<T extends Contract>(signer: Signer, contract: T): T {
  return contract.connect(signer) as T
}
