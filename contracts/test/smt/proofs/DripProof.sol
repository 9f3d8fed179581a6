// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Drip} from "../../../src/libraries/Drip.sol";

/// @dev The library itself, for all values that Markets can hold.
contract DripProof {
    function releasesNoMoreThanIsLocked(uint128 locked, uint40 elapsedSeconds, uint24 leftSeconds) external pure {
        assert(Drip.released(locked, elapsedSeconds, leftSeconds) <= locked);
    }

    function releasesAllAtTheEnd(uint128 locked, uint24 leftSeconds) external pure {
        assert(Drip.released(locked, leftSeconds, leftSeconds) == locked);
    }
}
