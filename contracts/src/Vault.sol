// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {ERC6909} from "@openzeppelin/contracts/token/ERC6909/ERC6909.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SlotDerivation} from "@openzeppelin/contracts/utils/SlotDerivation.sol";
import {TransientSlot} from "@openzeppelin/contracts/utils/TransientSlot.sol";
import {IVault} from "./interfaces/IVault.sol";
import {BoundedCall} from "./libraries/BoundedCall.sol";

contract Vault is IVault, ERC6909, Multicall, ReentrancyGuardTransient {
    using BoundedCall for address;
    using SafeERC20 for IERC20;
    using SlotDerivation for bytes32;
    using TransientSlot for *;

    /// @dev Transient, per token: who opened it, and the balance found then.
    bytes32 private constant OPENER = keccak256("gristmill.vault.opener");
    bytes32 private constant BALANCE_AT_OPENING = keccak256("gristmill.vault.balanceAtOpening");

    modifier whenClosed(address token) {
        require(_opener(token).tload() == address(0), Vault_Open(token));
        _;
    }

    /// @inheritdoc IVault
    function deposit(address token, uint256 amount, address to) external returns (uint256 credited) {
        return _deposit(token, msg.sender, amount, to);
    }

    /// @inheritdoc IVault
    function depositWithPermit(
        address token,
        address owner,
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (uint256 credited) {
        require(token.code.length != 0, Vault_NotToken(token));
        bool isOwner = msg.sender == owner;
        uint256 nonce = isOwner ? 0 : _nonce(token, owner);
        try IERC20Permit(token).permit(owner, address(this), amount, deadline, v, r, s) {} catch {}
        // A token without `permit` may accept the call in its fallback: only a nonce used up shows that the owner signed.
        require(isOwner || _nonce(token, owner) > nonce, Vault_BadPermit(token, owner));
        return _deposit(token, owner, amount, owner);
    }

    /// @inheritdoc IVault
    function withdraw(address token, uint256 amount, address to) external nonReentrant whenClosed(token) {
        require(to != address(0) && to != address(this), Vault_BadRecipient(to));
        _burn(msg.sender, _id(token), amount);
        emit Withdrawn(token, msg.sender, to, amount);

        uint256 balanceBefore = _balance(token);
        IERC20(token).safeTransfer(to, amount);
        uint256 balanceAfter = _balance(token);
        uint256 left = balanceBefore > balanceAfter ? balanceBefore - balanceAfter : 0;
        require(left == amount, Vault_WithdrawalMismatch(token, amount, left));
    }

    /// @inheritdoc IVault
    function open(address token) external nonReentrant whenClosed(token) {
        require(token.code.length != 0, Vault_NotToken(token));
        _opener(token).tstore(msg.sender);
        _balanceAtOpening(token).tstore(_balance(token));
    }

    /// @inheritdoc IVault
    function close(address token, address to) external nonReentrant returns (uint256 credited) {
        require(_opener(token).tload() == msg.sender, Vault_NotOpen(token, msg.sender));
        _opener(token).tstore(address(0));
        return _credit(token, msg.sender, to, _balanceAtOpening(token).tload());
    }

    /// @inheritdoc IVault
    function multicall(bytes[] calldata calls) public override(IVault, Multicall) returns (bytes[] memory results) {
        return super.multicall(calls);
    }

    function _deposit(
        address token,
        address from,
        uint256 amount,
        address to
    ) private nonReentrant whenClosed(token) returns (uint256 credited) {
        require(token.code.length != 0, Vault_NotToken(token));
        uint256 balanceBefore = _balance(token);
        IERC20(token).safeTransferFrom(from, address(this), amount);
        return _credit(token, from, to, balanceBefore);
    }

    function _credit(
        address token,
        address from,
        address to,
        uint256 balanceBefore
    ) private returns (uint256 credited) {
        uint256 balanceNow = _balance(token);
        require(balanceNow > balanceBefore, Vault_NothingReceived(token));
        credited = balanceNow - balanceBefore;
        _mint(to, _id(token), credited);
        emit Deposited(token, from, to, credited);
    }

    function _balance(address token) private view returns (uint256) {
        return IERC20(token).balanceOf(address(this));
    }

    /// @dev EIP-2612 nonce; 0, which never rises, where there is none.
    function _nonce(address token, address owner) private view returns (uint256) {
        (bool answered, uint256 nonce) = token.staticcallWord(gasleft(), abi.encodeCall(IERC20Permit.nonces, (owner)));
        return answered ? nonce : 0;
    }

    function _id(address token) private pure returns (uint256) {
        return uint160(token);
    }

    function _opener(address token) private pure returns (TransientSlot.AddressSlot) {
        return OPENER.deriveMapping(token).asAddress();
    }

    function _balanceAtOpening(address token) private pure returns (TransientSlot.Uint256Slot) {
        return BALANCE_AT_OPENING.deriveMapping(token).asUint256();
    }
}
