// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ListingId, OrderId} from "../types/Ids.sol";
import {Deal, Delivery, Goods, Outcome, Receipt} from "../types/Order.sol";

/// @dev EIP-712 hashes of what an order consists of. All fields are static, so a struct's ABI encoding is its encodeData.
library OrderHash {
    bytes32 private constant DEAL_TYPEHASH = keccak256(
        "Deal(bytes32 listing,address buyer,uint256 n,bytes32 market,address asset,address maker,address operator,"
        "uint32 datatrust,uint256 price,uint16 makerBps,uint16 operatorBps,uint16 curatorsBps,uint16 failureBps,"
        "uint256 compensation,uint8 kind,uint40 placeBy,uint32 fulfilWithin,uint32 window,address arbiter,address ackKey)"
    );
    bytes32 private constant GOODS_TYPEHASH = keccak256(
        "Goods(bytes32 termsHash,bytes32 keyHash,bytes32 recipientKey,bytes32 algorithm,bytes32 parametersHash,"
        "bytes32 runtimeDigest,bytes32 runId)"
    );
    bytes32 private constant QUOTE_TYPEHASH = keccak256(
        "Quote(Deal deal,Goods goods)"
        "Deal(bytes32 listing,address buyer,uint256 n,bytes32 market,address asset,address maker,address operator,"
        "uint32 datatrust,uint256 price,uint16 makerBps,uint16 operatorBps,uint16 curatorsBps,uint16 failureBps,"
        "uint256 compensation,uint8 kind,uint40 placeBy,uint32 fulfilWithin,uint32 window,address arbiter,address ackKey)"
        "Goods(bytes32 termsHash,bytes32 keyHash,bytes32 recipientKey,bytes32 algorithm,bytes32 parametersHash,"
        "bytes32 runtimeDigest,bytes32 runId)"
    );
    bytes32 private constant RECEIPT_TYPEHASH = keccak256(
        "Receipt(bytes32 orderId,bytes32 goodsHash,bytes32 rawOutputHash,bytes32 releasedHash,bytes32 releasedRoot,"
        "bytes32 provenanceHash,uint64 releasedBytes,uint64 leakBits,uint64 fuel,uint8 verdict)"
    );
    bytes32 private constant ACCEPTANCE_TYPEHASH = keccak256("Acceptance(bytes32 orderId,bytes32 deliveryHash)");
    bytes32 private constant ACK_TYPEHASH = keccak256(
        "Ack(bytes32 orderId,bytes32 contentRoot,uint64 sizeBytes,bytes32 cipherRoot)"
    );

    function id(ListingId listing, address buyer, uint256 n) internal pure returns (OrderId) {
        return OrderId.wrap(keccak256(abi.encode(listing, buyer, n)));
    }

    function id(Deal calldata deal) internal pure returns (OrderId) {
        return id(deal.listing, deal.buyer, deal.n);
    }

    function hash(Deal calldata deal) internal pure returns (bytes32) {
        return _hash(DEAL_TYPEHASH, _at(deal), 20);
    }

    function hash(Goods calldata goods) internal pure returns (bytes32) {
        return _hash(GOODS_TYPEHASH, _at(goods), 7);
    }

    function hash(Receipt calldata receipt) internal pure returns (bytes32) {
        return _hash(RECEIPT_TYPEHASH, _at(receipt), 10);
    }

    /// @dev True if both are of one order and cannot both be true: what was run on what and what came out follow from the
    /// order alone, and one output makes one model.
    function contradicts(Receipt calldata receipt, Receipt calldata held) internal pure returns (bool) {
        if (OrderId.unwrap(receipt.orderId) != OrderId.unwrap(held.orderId)) return false;
        if (receipt.goodsHash != held.goodsHash || receipt.rawOutputHash != held.rawOutputHash) return true;
        bool haveModels = receipt.releasedHash != 0 && held.releasedHash != 0;
        return haveModels && receipt.releasedHash != held.releasedHash;
    }

    /// @dev Hash of the Receipt of a run that did what was ordered. The outcome's eight words are copied as they came: stray
    /// bits make a hash that no Receipt has.
    function receiptOf(
        OrderId orderId,
        bytes32 goodsHash,
        Outcome calldata outcome
    ) internal pure returns (bytes32 result) {
        bytes32 typehash = RECEIPT_TYPEHASH;
        assembly ("memory-safe") {
            let buffer := mload(0x40)
            mstore(buffer, typehash)
            mstore(add(buffer, 0x20), orderId)
            mstore(add(buffer, 0x40), goodsHash)
            calldatacopy(add(buffer, 0x60), outcome, 0x100)
            result := keccak256(buffer, 0x160)
        }
    }

    function quote(bytes32 dealHash, bytes32 goodsHash) internal pure returns (bytes32) {
        return keccak256(abi.encode(QUOTE_TYPEHASH, dealHash, goodsHash));
    }

    function acceptance(OrderId orderId, bytes32 deliveryHash) internal pure returns (bytes32) {
        return keccak256(abi.encode(ACCEPTANCE_TYPEHASH, orderId, deliveryHash));
    }

    function ack(OrderId orderId, Delivery memory delivered) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(ACK_TYPEHASH, orderId, delivered.contentRoot, delivered.sizeBytes, delivered.cipherRoot)
            );
    }

    /// @dev The `deliveryHash` of a revealed order.
    function hash(Delivery memory delivered) internal pure returns (bytes32) {
        return keccak256(abi.encode(delivered));
    }

    /// @dev What an order stores once it is revealed or fulfilled: the terms and what was delivered.
    function fulfilled(bytes32 dealHash, bytes32 goodsHash, bytes32 deliveryHash) internal pure returns (bytes32) {
        return keccak256(abi.encode(dealHash, goodsHash, deliveryHash));
    }

    /// @dev The words are copied as they came. `place` reads, and so validates, every field of them; later a word with
    /// stray bits only gives another hash than the one agreed.
    function _hash(bytes32 typehash, uint256 offset, uint256 words) private pure returns (bytes32 result) {
        assembly ("memory-safe") {
            let buffer := mload(0x40)
            mstore(buffer, typehash)
            calldatacopy(add(buffer, 0x20), offset, mul(words, 0x20))
            result := keccak256(buffer, mul(add(words, 1), 0x20))
        }
    }

    function _at(Deal calldata deal) private pure returns (uint256 offset) {
        assembly ("memory-safe") {
            offset := deal
        }
    }

    function _at(Receipt calldata receipt) private pure returns (uint256 offset) {
        assembly ("memory-safe") {
            offset := receipt
        }
    }

    function _at(Goods calldata goods) private pure returns (uint256 offset) {
        assembly ("memory-safe") {
            offset := goods
        }
    }
}
