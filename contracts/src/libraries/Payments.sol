// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IVault} from "../interfaces/IVault.sol";
import {Payment, Source} from "../types/Payment.sol";

/// @notice How a module takes a payment from its caller into its own Vault balance.
library Payments {
    using SafeERC20 for IERC20;

    /// @notice Thrown when another amount than due arrived: a token that takes a fee can only be deposited first.
    error Payments_AmountMismatch(address asset, uint256 expected, uint256 credited);

    /// @notice Moves exactly `amount` of `asset` from msg.sender into the calling module's balance; nothing if it is zero.
    /// @dev Call it last: with WALLET the token gets control. The tokens go straight to the Vault, never to the module.
    /// @param amount Units of the asset's decimals.
    function collect(Payment calldata payment, IVault vault, address asset, uint256 amount) internal {
        if (amount == 0) return;
        if (payment.source == Source.VAULT) {
            vault.transferFrom(msg.sender, address(this), uint160(asset), amount);
            return;
        }
        vault.open(asset);
        if (payment.v != 0) {
            try
                IERC20Permit(asset).permit(
                    msg.sender,
                    address(this),
                    amount,
                    payment.permitDeadline,
                    payment.v,
                    payment.r,
                    payment.s
                )
            {} catch {}
        }
        IERC20(asset).safeTransferFrom(msg.sender, address(vault), amount);
        uint256 credited = vault.close(asset, address(this));
        require(credited == amount, Payments_AmountMismatch(asset, amount, credited));
    }
}
