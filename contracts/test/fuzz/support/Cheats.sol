// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @dev The cheatcodes of the test runner that these tests use.
interface Cheats {
    function prank(address sender) external;
    function startPrank(address sender) external;
    function stopPrank() external;
    function warp(uint256 timestamp) external;
    function computeCreateAddress(address deployer, uint256 nonce) external pure returns (address);
    function getNonce(address account) external view returns (uint64);
    function addr(uint256 privateKey) external pure returns (address);
    function sign(uint256 privateKey, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function getCode(string calldata artifact) external returns (bytes memory creationCode);
}

Cheats constant CHEATS = Cheats(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);

/// @dev `value` if it is in [min, max], otherwise folded into it.
function bound(uint256 value, uint256 min, uint256 max) pure returns (uint256) {
    if (value >= min && value <= max) return value;
    return min + (value % (max - min + 1));
}

/// @dev Deploys the compiled artifact of a contract: the very bytecode that goes on chain, and nothing to compile again.
function deploy(string memory name, bytes memory args) returns (address deployed) {
    bytes memory creationCode = bytes.concat(CHEATS.getCode(name), args);
    assembly ("memory-safe") {
        deployed := create(0, add(creationCode, 0x20), mload(creationCode))
    }
    require(deployed.code.length != 0, "not deployed");
}
