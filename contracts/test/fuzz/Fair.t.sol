// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {FairHarness} from "../../src/test/FairHarness.sol";
import {Evidence} from "../../src/types/Evidence.sol";
import {deploy} from "./support/Cheats.sol";

contract FairTest {
    FairHarness private _fair = FairHarness(deploy("FairHarness", ""));

    function testFuzz_Leaf(bytes memory data) external view {
        assert(_fair.leafHash(data) == sha256(bytes.concat(hex"00", data)));
    }

    function testFuzz_Wrong(bytes32 key, bytes32 other) external view {
        Evidence memory evidence;
        evidence.cipherCell = new bytes(4096);
        evidence.plainLeaf = other;
        bytes32 root = _fair.leafHash(evidence.cipherCell);
        assert(_fair.isWrong(other, 1, root, key, evidence));
    }
}
