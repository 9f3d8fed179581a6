// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @notice An attacker's account: tries several calls in turn, goes on when one fails, and remembers which succeeded, and how the
/// others failed.
contract Attempts {
    bool[] private _outcomes;
    bytes4[] private _errors;

    function run(address[] calldata targets, bytes[] calldata calls) external {
        delete _outcomes;
        delete _errors;
        for (uint256 i = 0; i < targets.length; ++i) {
            (bool success, bytes memory answer) = targets[i].call(calls[i]);
            _outcomes.push(success);
            _errors.push(success ? bytes4(0) : bytes4(answer));
        }
    }

    function outcomes() external view returns (bool[] memory) {
        return _outcomes;
    }

    /// @return The first four bytes of each failure.
    function errors() external view returns (bytes4[] memory) {
        return _errors;
    }
}
