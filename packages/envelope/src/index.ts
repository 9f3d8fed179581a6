export { BLIND_SECRET_BYTES, type Blinds, blindsOf, randomBlindSecret } from './blinds.js'
export { type ByteSource, concatSources, fromWebStream, readAll } from './byte-stream.js'
export { BLIND_BYTES, CELL_BYTES, CELL_CONTENT_BYTES, cellCount, makeCell } from './cell.js'
export { CELL_KEY_BYTES, type CipherCellsParams, cipherCells, SEGMENT_CELLS } from './cell-cipher.js'
export {
  type CellsOfParams,
  cellBatches,
  cellsOf,
  cellsRoot,
  leafHashes,
  leavesRoot,
  splitCells,
} from './cell-stream.js'
export { CellTree } from './cell-tree.js'
export type { ChaCha20, ChaCha20Params } from './chacha20.js'
export { ContentRangeError, EmptyAssetError, HasherStateError } from './content-errors.js'
export { type ContentDigest, ContentHasher, type ContentHasherParams } from './content-hasher.js'
export {
  type DecryptionKey,
  type GeneratedKey,
  type GenerateKeyParams,
  generateKey,
  type ReadDecryptionKeyParams,
  readDecryptionKey,
} from './decryption-key.js'
export { type DecryptionKeyringParams, decryptionKeyring } from './decryption-keyring.js'
export { type DeliverParams, type Delivery, deliver, recode } from './deliver.js'
export {
  type DeliveredCells,
  type Evidence,
  evidenceOf,
  type FindWrongCellParams,
  findWrongCell,
} from './evidence.js'
export { inclusionProof, type VerifyInclusionParams, verifyInclusion } from './inclusion-proof.js'
export { InclusionProver, type InclusionProverParams } from './inclusion-prover.js'
export {
  BadKeyNameError,
  KeyError,
  KeyExpiredError,
  KeyLockedError,
  KeyRevokedError,
  KeyTooLargeError,
  MalformedKeyError,
  NoEncryptionKeyError,
  PrivateKeyGivenError,
  PublicKeyGivenError,
  SeveralKeysError,
} from './key-errors.js'
export { HASH_BYTES, leafHash, MerkleTree, nodeHash } from './merkle-tree.js'
export { openBytes, sealBytes } from './message-bytes.js'
export {
  MalformedMessageError,
  MessageError,
  MessageTooLargeError,
  RecipientSealingError,
  SealingMismatchError,
  TamperedMessageError,
  TruncatedMessageError,
  UnsupportedMessageError,
  UseGpgError,
  WrongKeyError,
} from './message-errors.js'
export { MAX_SEIPD_V1_BYTES } from './message-intake.js'
export { nobleChaCha20 } from './noble-chacha20.js'
export { nobleSha256 } from './noble-sha256.js'
export { type OpenCellsParams, openCells } from './open-cells.js'
export { type OpenMessageParams, openMessage } from './open-message.js'
export { publicKeyOf } from './public-key-of.js'
export { MAX_KEY_BYTES } from './read-key.js'
export { type Recipient, readRecipient, type Sealing } from './recipient.js'
export { type RemoteDecryptionKeyParams, remoteDecryptionKey } from './remote-key.js'
export { type RewrapParams, rewrap } from './rewrap.js'
export { type SealMessageParams, sealMessage } from './seal-message.js'
export { messageOf, type SealedMessage, splitMessage } from './sealed-message.js'
export type { Sha256, Sha256Stream } from './sha256.js'
export { WrongCellError } from './wrong-cell-error.js'
