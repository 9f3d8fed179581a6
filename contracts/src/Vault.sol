// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {ERC6909} from "@openzeppelin/contracts/token/ERC6909/ERC6909.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {TransientSlot} from "@openzeppelin/contracts/utils/TransientSlot.sol";
import {IVault} from "./interfaces/IVault.sol";

contract Vault is IVault, ERC6909, Multicall, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using TransientSlot for *;

    /// @dev Transient: which token is open, zero if none; who opened it; and the balance found then.
    bytes32 private constant OPEN_TOKEN = keccak256("gristmill.vault.openToken");
    bytes32 private constant OPENER = keccak256("gristmill.vault.opener");
    bytes32 private constant BALANCE_AT_OPENING = keccak256("gristmill.vault.balanceAtOpening");

    /// @dev Holds for every token at once: by its other address, a token with two would enter the measure of the first.
    modifier whenClosed() {
        address openToken = OPEN_TOKEN.asAddress().tload();
        require(openToken == address(0), Vault_Open(openToken));
        _;
    }

    /// @inheritdoc IVault
    function deposit(address token, uint256 amount, address to) external returns (uint256 credited) {
        return _deposit(token, amount, to);
    }

    /// @inheritdoc IVault
    function depositWithPermit(
        address token,
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (uint256 credited) {
        require(token.code.length != 0, Vault_NotToken(token));
        // Anybody can submit the permit to the token first: what counts is the allowance, which that leaves as well.
        try IERC20Permit(token).permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}
        return _deposit(token, amount, msg.sender);
    }

    /// @inheritdoc IVault
    function withdraw(address token, uint256 amount, address to) external nonReentrant whenClosed {
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
    function open(address token) external nonReentrant whenClosed {
        require(token.code.length != 0, Vault_NotToken(token));
        OPEN_TOKEN.asAddress().tstore(token);
        OPENER.asAddress().tstore(msg.sender);
        BALANCE_AT_OPENING.asUint256().tstore(_balance(token));
    }

    /// @inheritdoc IVault
    function close(address token, address to) external nonReentrant returns (uint256 credited) {
        bool isOpener = OPEN_TOKEN.asAddress().tload() == token && OPENER.asAddress().tload() == msg.sender;
        require(isOpener, Vault_NotOpen(token, msg.sender));
        OPEN_TOKEN.asAddress().tstore(address(0));
        OPENER.asAddress().tstore(address(0));
        return _credit(token, to, BALANCE_AT_OPENING.asUint256().tload());
    }

    /// @inheritdoc IVault
    function multicall(bytes[] calldata calls) public override(IVault, Multicall) returns (bytes[] memory results) {
        return super.multicall(calls);
    }

    function _deposit(
        address token,
        uint256 amount,
        address to
    ) private nonReentrant whenClosed returns (uint256 credited) {
        require(token.code.length != 0, Vault_NotToken(token));
        uint256 balanceBefore = _balance(token);
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        return _credit(token, to, balanceBefore);
    }

    function _credit(address token, address to, uint256 balanceBefore) private returns (uint256 credited) {
        uint256 balanceNow = _balance(token);
        require(balanceNow > balanceBefore, Vault_NothingReceived(token));
        credited = balanceNow - balanceBefore;
        _mint(to, _id(token), credited);
        emit Deposited(token, msg.sender, to, credited);
    }

    function _balance(address token) private view returns (uint256) {
        return IERC20(token).balanceOf(address(this));
    }

    function _id(address token) private pure returns (uint256) {
        return uint160(token);
    }
}
