// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @notice An attacker's account: tries several calls in turn, goes on when one fails, and remembers which succeeded.
contract Attempts {
    bool[] private _outcomes;

    function run(address[] calldata targets, bytes[] calldata calls) external {
        delete _outcomes;
        for (uint256 i = 0; i < targets.length; ++i) {
            (bool success, ) = targets[i].call(calls[i]);
            _outcomes.push(success);
        }
    }

    function outcomes() external view returns (bool[] memory) {
        return _outcomes;
    }
}
