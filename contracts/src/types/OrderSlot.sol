// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Kind, Status} from "./Order.sol";

/// @dev An order in one word: hash of what was agreed (208 bits) | deadline (40) | kind (4) | status (4). Zero: no order.
/// A colluding buyer and datatrust would need a collision at 2^104, a stranger a second preimage at 2^208.
type OrderSlot is uint256;

using OrderSlotLibrary for OrderSlot global;

library OrderSlotLibrary {
    uint256 private constant HASH_MASK = ~uint256(type(uint48).max);
    uint256 private constant DEADLINE_SHIFT = 8;
    uint256 private constant KIND_SHIFT = 4;
    uint256 private constant NIBBLE = 0xf;

    function pack(bytes32 hash, uint40 until, Kind what, Status state) internal pure returns (OrderSlot) {
        return
            OrderSlot.wrap(
                (uint256(hash) & HASH_MASK) |
                    (uint256(until) << DEADLINE_SHIFT) |
                    (uint256(what) << KIND_SHIFT) |
                    uint256(state)
            );
    }

    function status(OrderSlot self) internal pure returns (Status) {
        return Status(OrderSlot.unwrap(self) & NIBBLE);
    }

    function kind(OrderSlot self) internal pure returns (Kind) {
        return Kind((OrderSlot.unwrap(self) >> KIND_SHIFT) & NIBBLE);
    }

    function deadline(OrderSlot self) internal pure returns (uint40) {
        return uint40(OrderSlot.unwrap(self) >> DEADLINE_SHIFT);
    }

    /// @dev True if `hash` is the one that the slot holds.
    function holds(OrderSlot self, bytes32 hash) internal pure returns (bool) {
        return (OrderSlot.unwrap(self) ^ uint256(hash)) & HASH_MASK == 0;
    }

    /// @dev The same order in another state until another time; hash and kind stay.
    function move(OrderSlot self, Status state, uint40 until) internal pure returns (OrderSlot) {
        uint256 kept = OrderSlot.unwrap(self) & (HASH_MASK | (NIBBLE << KIND_SHIFT));
        return OrderSlot.wrap(kept | (uint256(until) << DEADLINE_SHIFT) | uint256(state));
    }

    /// @dev The same order in its last state; hash, deadline and kind stay.
    function close(OrderSlot self, Status state) internal pure returns (OrderSlot) {
        return OrderSlot.wrap((OrderSlot.unwrap(self) & ~NIBBLE) | uint256(state));
    }
}
