// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Datatrusts} from "../../../src/Datatrusts.sol";
import {Listings} from "../../../src/Listings.sol";
import {Markets} from "../../../src/Markets.sol";
import {Orders} from "../../../src/Orders.sol";
import {Share} from "../../../src/Share.sol";
import {Vault} from "../../../src/Vault.sol";
import {CHEATS} from "./Cheats.sol";

/// @dev The contracts, wired. Apart from the contracts that are fuzzed: those must not contain code that is linked.
contract Stack {
    Vault public vault = new Vault();
    Datatrusts public datatrusts;
    Markets public markets;
    Listings public listings;
    Orders public orders;

    /// @param above Stands where Signals and Curation are.
    constructor(address above) {
        uint256 nonce = CHEATS.getNonce(address(this));
        address predicted = CHEATS.computeCreateAddress(address(this), nonce + 4);
        datatrusts = new Datatrusts(address(vault), predicted);
        Share share = new Share(CHEATS.computeCreateAddress(address(this), nonce + 2), above, above);
        markets = new Markets(address(vault), address(share), predicted);
        listings = new Listings(vault, datatrusts, markets, above);
        orders = new Orders(vault, datatrusts, markets, listings, above, above);
    }
}
