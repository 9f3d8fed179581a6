export { checkDeployment } from './deploy/check-deployment.js'
export { constructorArgumentsOf } from './deploy/creations.js'
export { type DeployOptions, deployGristmill } from './deploy/deploy-gristmill.js'
export {
  ChainUnsupportedError,
  DeploymentFailedError,
  DeploymentMismatchError,
  DeploymentNonceError,
  DeploymentRecordError,
  DeploymentTimeoutError,
} from './deploy/deployment-errors.js'
export { type DeploymentRecord, deploymentRecordSchema } from './deploy/deployment-record.js'
export { type DeploymentPlan, type PlanDeploymentParams, planDeployment } from './deploy/plan-deployment.js'
export { errorsInterface } from './errors-interface.js'
export type { Curation } from './generated/Curation.js'
export type { TypedContractEvent, TypedContractMethod } from './generated/common.js'
export type { Datatrusts, IDatatrusts } from './generated/Datatrusts.js'
export { ComputableCurve__factory } from './generated/factories/ComputableCurve__factory.js'
export { Curation__factory } from './generated/factories/Curation__factory.js'
export { Datatrusts__factory } from './generated/factories/Datatrusts__factory.js'
export { Fair__factory } from './generated/factories/Fair__factory.js'
export { FlatCurve__factory } from './generated/factories/FlatCurve__factory.js'
export { LinearCurve__factory } from './generated/factories/LinearCurve__factory.js'
export { Listings__factory } from './generated/factories/Listings__factory.js'
export { Markets__factory } from './generated/factories/Markets__factory.js'
export { Orders__factory } from './generated/factories/Orders__factory.js'
export { RootCurve__factory } from './generated/factories/RootCurve__factory.js'
export { Share__factory } from './generated/factories/Share__factory.js'
export { Signals__factory } from './generated/factories/Signals__factory.js'
export { TestToken__factory } from './generated/factories/TestToken__factory.js'
export { Vault__factory } from './generated/factories/Vault__factory.js'
export type { LinearCurve } from './generated/LinearCurve.js'
export type { IListings, Listings, PaymentStruct } from './generated/Listings.js'
export type { IMarkets, Markets } from './generated/Markets.js'
export type {
  DealStruct,
  DealStructOutput,
  GoodsStruct,
  GoodsStructOutput,
  IOrders,
  Orders,
  ReceiptStruct,
  ReceiptStructOutput,
} from './generated/Orders.js'
export type { Share } from './generated/Share.js'
export type { Signals } from './generated/Signals.js'
export type { Vault } from './generated/Vault.js'
