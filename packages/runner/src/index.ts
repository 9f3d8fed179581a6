export { ApprovalMismatchError, type DecideRunParams, decideRun } from './approval.js'
export type { Engine, EngineCapabilities, EngineJob, EngineState, EngineStatus } from './engine/engine.js'
export {
  EngineAnswerError,
  EngineError,
  EngineJobLostError,
  EngineNotIsolatedError,
  EngineRefusedError,
  EngineTimeoutError,
  EngineUnavailableError,
  SandboxStartError,
} from './engine/errors.js'
export { type ExecuteOptions, execute } from './engine/execute.js'
export { AlgorithmRefusedError } from './executors/algorithm-refused-error.js'
export { createBwrapExecutor } from './executors/bwrap/bwrap-executor.js'
export type { DockerOptions } from './executors/docker/docker-command.js'
export { createDockerExecutor, requireDockerExecutor } from './executors/docker/docker-executor.js'
export { type EngineFacts, examineDocker } from './executors/docker/examine-docker.js'
export {
  ALGORITHM_ABI,
  type Execution,
  type ExecutionLimits,
  type ExecutionSpec,
  type ExecutionStatus,
  type Executor,
  type ExecutorCapabilities,
} from './executors/executor.js'
export { createExecutors, type Executors, RuntimeUnavailableError } from './executors/executors.js'
export { type FindExecutorsParams, findExecutors } from './executors/find-executors.js'
export { createJsExecutor } from './executors/js/js-executor.js'
export { DEFAULT_LIMITS, WASM_LIMITS } from './executors/limits.js'
export type { Print } from './executors/print.js'
export { REFUSALS, type Refusal } from './executors/refusals.js'
export { createTrainerExecutor } from './executors/trainer/trainer-executor.js'
export { createWasmExecutor } from './executors/wasm/wasm-executor.js'
export type { Finding } from './gate/finding.js'
export type { Measurements } from './gate/measure.js'
export { nearestCentroid } from './model/centroids.js'
export { ModelFormatError, ModelMismatchError, NoPredictionError, ValueError } from './model/errors.js'
export { type HistogramCell, histogramOf, isHistogram, labelGroups } from './model/histogram-cells.js'
export { onnxOf } from './model/onnx-of.js'
export { type Prediction, predict } from './model/predict.js'
export type { Cell, RowCells } from './model/row-encoder.js'
export { type Model, readSafetensors } from './model/safetensors.js'
export type { ModelTensor } from './model/values.js'
export { type ReceiptParams, receiptOf, SignatureError, signReceipt, verifyReceipt } from './receipt.js'
export {
  type ClassEvaluation,
  type EvaluateParams,
  type Evaluation,
  evaluate,
  type NumberEvaluation,
} from './run/evaluate.js'
export { type PrivateLog, type RunParams, type RunResult, run } from './run/run.js'
export {
  type RunSecrets,
  type RunSubject,
  readRunSecrets,
  runSecrets,
  WeakSecretError,
  type WrittenSecrets,
  writeRunSecrets,
} from './run/secrets.js'
export type { LabelType } from './table/column-profile.js'
export { type DescribedTable, type DescribeTableParams, describeTable } from './table/describe-table.js'
export {
  AirlockRequiredError,
  ColumnUnusableError,
  HoldoutTooSmallError,
  LabelError,
  TableEmptyError,
  TableHeaderError,
  TableMismatchError,
  type TablePlace,
  TableRaggedError,
  TableSyntaxError,
  TableTooLargeError,
  TooFewRowsError,
} from './table/errors.js'
export { type InferredTable, type InferTableParams, inferTable } from './table/infer-table.js'
export { type InspectTableParams, inspectTable } from './table/inspect-table.js'
export { TABLE_LIMITS, type TableLimits } from './table/limits.js'
export { type MockTableParams, mockRows, mockTable } from './table/mock-table.js'
export type { ByteSource } from './table/read-csv.js'
