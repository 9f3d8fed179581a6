export { nodeChaCha20, nodeSha256 } from '@gristmill/envelope/node'
export { partialFile } from './node/partial-file.js'
export { PartialFileError } from './node/partial-file-error.js'
