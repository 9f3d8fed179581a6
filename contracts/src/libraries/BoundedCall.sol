// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @notice Asks a contract of somebody else for one word, whatever it does with gas and returndata.
library BoundedCall {
    /// @param gasCap Most gas the target may burn.
    /// @return answered False if the target reverted, ran out of gas, has no code or returned less than a word.
    function staticcallWord(
        address target,
        uint256 gasCap,
        bytes memory data
    ) internal view returns (bool answered, uint256 word) {
        assembly ("memory-safe") {
            // 32 bytes are copied to scratch space, whatever the size of the answer.
            answered := staticcall(gasCap, target, add(data, 0x20), mload(data), 0x00, 0x20)
            answered := and(answered, gt(returndatasize(), 0x1f))
            word := mload(0x00)
        }
    }
}
