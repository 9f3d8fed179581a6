// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @dev What instrumented contracts call. Both functions are views that are cast to pure, so that they fit in everywhere.
library Probe {
    /// @dev EDR reports the input of every call to it, also of those that revert.
    address private constant COLLECTOR = 0xc0bEc0BEc0BeC0bEC0beC0bEC0bEC0beC0beC0BE;
    /// @dev Its code returns the number of the mutant that is on.
    address private constant SWITCH = 0x00000000000000000000000000000000004D7574;

    /// @return value What it was given; point `id` has had it.
    function note(uint256 id, bool value) internal pure returns (bool) {
        _castCall(_call)(COLLECTOR, 2 * id + (value ? 1 : 0));
        return value;
    }

    /// @dev Point `id` was reached.
    function pass(uint256 id) internal pure {
        _castCall(_call)(COLLECTOR, 2 * id + 1);
    }

    function isOn(uint256 id) internal pure returns (bool) {
        _castCall(_call)(COLLECTOR, 2 * id + 1);
        return _castCall(_call)(SWITCH, id) == id;
    }

    function _call(address to, uint256 word) private view returns (uint256 result) {
        assembly ("memory-safe") {
            mstore(0, word)
            mstore(0x20, 0)
            pop(staticcall(gas(), to, 0, 0x20, 0x20, 0x20))
            result := mload(0x20)
        }
    }

    function _castCall(
        function(address, uint256) internal view returns (uint256) given
    ) private pure returns (function(address, uint256) internal pure returns (uint256) cast) {
        assembly ("memory-safe") {
            cast := given
        }
    }
}
