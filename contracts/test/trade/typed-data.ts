import type { TypedDataField } from 'ethers'

const fields = (definition: string): TypedDataField[] =>
  definition.split(',').map((field) => {
    const [type = '', name = ''] = field.trim().split(' ')
    return { type, name }
  })

/** The EIP-712 types as a wallet sees them, written out apart from the contracts. */
export const DEAL = fields(
  'bytes32 listing,address buyer,uint256 n,bytes32 market,address asset,address maker,address operator,' +
    'uint32 datatrust,uint256 price,uint16 makerBps,uint16 operatorBps,uint16 curatorsBps,uint16 failureBps,' +
    'uint256 compensation,uint8 kind,uint40 placeBy,uint32 fulfilWithin,uint32 window,address arbiter,address ackKey',
)
export const GOODS = fields(
  'bytes32 termsHash,bytes32 keyHash,bytes32 recipientKey,bytes32 algorithm,bytes32 parametersHash,' +
    'bytes32 runtimeDigest,bytes32 runId',
)
export const RECEIPT = fields(
  'bytes32 orderId,bytes32 goodsHash,bytes32 rawOutputHash,bytes32 releasedHash,bytes32 releasedRoot,' +
    'bytes32 provenanceHash,uint64 releasedBytes,uint64 leakBits,uint64 fuel,uint8 verdict',
)
export const RECEIPT_TYPES = { Receipt: RECEIPT }
export const QUOTE_TYPES = { Quote: fields('Deal deal,Goods goods'), Deal: DEAL, Goods: GOODS }
export const ACCEPTANCE_TYPES = { Acceptance: fields('bytes32 orderId,bytes32 deliveryHash') }
export const ACK_TYPES = { Ack: fields('bytes32 orderId,bytes32 contentRoot,uint64 sizeBytes,bytes32 cipherRoot') }
export const ATTESTATION_TYPES = {
  Attestation: fields(
    'address maker,bytes32 market,bytes32 salt,bytes32 contentRoot,uint64 sizeBytes,uint8 services,' +
      'bytes32 policyHash,bytes32 metadataHash,uint32 datatrust,uint40 expiry',
  ),
}
export const PERMIT_TYPES = {
  Permit: fields('address owner,address spender,uint256 value,uint256 nonce,uint256 deadline'),
}
