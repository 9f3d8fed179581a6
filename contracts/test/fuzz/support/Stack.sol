// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ICuration} from "../../../src/interfaces/ICuration.sol";
import {IDatatrusts} from "../../../src/interfaces/IDatatrusts.sol";
import {IListings} from "../../../src/interfaces/IListings.sol";
import {IMarkets} from "../../../src/interfaces/IMarkets.sol";
import {IOrders} from "../../../src/interfaces/IOrders.sol";
import {ISignals} from "../../../src/interfaces/ISignals.sol";
import {IVault} from "../../../src/interfaces/IVault.sol";
import {CHEATS, deploy} from "./Cheats.sol";

/// @dev Every contract of the protocol, wired. Known here by interface alone: a change of one compiles none of the tests again.
abstract contract Stack {
    IVault public vault = IVault(deploy("Vault", ""));
    IDatatrusts public datatrusts;
    IMarkets public markets;
    IListings public listings;
    IOrders public orders;
    ISignals public signals;
    ICuration public curation;

    constructor() {
        address predictedMarkets = _predict(2);
        address predictedOrders = _predict(4);
        address predictedSignals = _predict(5);
        address predictedCuration = _predict(6);
        datatrusts = IDatatrusts(deploy("Datatrusts", abi.encode(vault, predictedOrders)));
        address share = deploy("Share", abi.encode(predictedMarkets, predictedSignals, predictedCuration));
        markets = IMarkets(deploy("Markets", abi.encode(vault, share, predictedOrders)));
        listings = IListings(deploy("Listings", abi.encode(vault, datatrusts, markets, predictedCuration)));
        bytes memory below = abi.encode(vault, datatrusts, markets, listings, predictedSignals, predictedCuration);
        orders = IOrders(deploy("Orders", below));
        signals = ISignals(deploy("Signals", abi.encode(vault, markets, listings, orders)));
        curation = ICuration(deploy("Curation", abi.encode(vault, markets, listings, orders)));
    }

    /// @dev Where the contract will be that is deployed `later` deployments from now.
    function _predict(uint256 later) private view returns (address) {
        return CHEATS.computeCreateAddress(address(this), CHEATS.getNonce(address(this)) + later);
    }
}
