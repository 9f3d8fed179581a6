// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC6909} from "@openzeppelin/contracts/interfaces/IERC6909.sol";

/// @notice The only contract that holds ERC-20 tokens: an ERC-6909 ledger, id = uint160(token).
/// @dev Assumptions about tokens, per id (a token that breaks one hurts holders of its own id only):
/// - the Vault's balance falls only through `withdraw` (no rebasing, no confiscation);
/// - a blacklist or a pause of the token reaches everybody who holds its id.
/// An ERC-6909 operator may move every id of the account that named it.
interface IVault is IERC6909 {
    /// @notice Emitted when tokens came in; `amount` is what the Vault measured, in units of the token's decimals.
    event Deposited(address indexed token, address indexed from, address indexed to, uint256 amount);

    /// @notice Emitted when tokens left.
    event Withdrawn(address indexed token, address indexed from, address indexed to, uint256 amount);

    /// @notice Thrown when `token` has no code.
    error Vault_NotToken(address token);

    /// @notice Thrown when a deposit, withdrawal or opening of any token finds `token` open.
    error Vault_Open(address token);

    /// @notice Thrown when a caller closes what it did not open in this transaction.
    error Vault_NotOpen(address token, address caller);

    /// @notice Thrown when a transfer in credited nothing.
    error Vault_NothingReceived(address token);

    /// @notice Thrown when a withdrawal moved another amount than asked for.
    error Vault_WithdrawalMismatch(address token, uint256 expected, uint256 left);

    /// @notice Thrown when tokens would go to the zero address or to the Vault itself.
    error Vault_BadRecipient(address to);

    /// @notice Pulls `amount` of `token` from the caller's wallet and credits what arrived to `to`.
    /// @return credited Units of the token's decimals; less than `amount` for a token that takes a fee.
    function deposit(address token, uint256 amount, address to) external returns (uint256 credited);

    /// @notice Pulls `amount` of `token` from the caller by their EIP-2612 permit for the Vault, and credits them.
    /// @dev A permit that fails (front-run, already used) does not fail the call if the allowance suffices.
    /// @param deadline Of the permit, Unix seconds.
    function depositWithPermit(
        address token,
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (uint256 credited);

    /// @notice Burns `amount` of the caller's balance and sends the tokens to `to`; exactly `amount` must leave.
    function withdraw(address token, uint256 amount, address to) external;

    /// @notice Remembers the Vault's balance of `token` until `close`, by the same caller in the same transaction.
    /// @dev Lets a module move a payer's tokens straight into the Vault. Until `close` nobody can deposit, withdraw or
    /// open any token, as two addresses may share one set of balances; transfers of ids still work. An opening that
    /// nobody closes ends with the transaction.
    function open(address token) external;

    /// @notice Credits to `to` what has come in since `open`. What came outside of an opening belongs to nobody.
    function close(address token, address to) external returns (uint256 credited);

    /// @notice Runs several calls of the Vault for the caller; set-up of a payer is depositWithPermit + setOperator.
    function multicall(bytes[] calldata calls) external returns (bytes[] memory results);
}
