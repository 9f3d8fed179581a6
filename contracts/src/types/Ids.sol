// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @dev keccak256(abi.encode(Markets address, creator, salt)).
type MarketId is bytes32;

/// @dev keccak256(abi.encode(MarketId, maker, salt)). Never reusable: an exited listing keeps its record.
type ListingId is bytes32;

/// @dev keccak256(abi.encode(ListingId, buyer, n)). Nobody but the buyer can occupy it.
type OrderId is bytes32;

/// @dev 1, 2, 3, ... in order of registration; 0 is nobody.
type DatatrustId is uint32;

using {eqMarket as ==} for MarketId global;
using {neListing as !=} for ListingId global;

function eqMarket(MarketId a, MarketId b) pure returns (bool) {
    return MarketId.unwrap(a) == MarketId.unwrap(b);
}

function neListing(ListingId a, ListingId b) pure returns (bool) {
    return ListingId.unwrap(a) != ListingId.unwrap(b);
}
