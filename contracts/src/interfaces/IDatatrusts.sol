// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {DatatrustId} from "../types/Ids.sol";
import {Payment} from "../types/Payment.sol";

/// @notice Register of the operators who store, attest, deliver and run, and their bonds.
/// @dev A bond is a deterrent, not cover: a buyer's money is covered by the escrow in Orders.
interface IDatatrusts {
    struct Datatrust {
        address operator; // who registered; may change everything below
        address signer; // signs quotes, attestations and receipts, and sends fulfilments
        address payout; // credited for orders
        address asset; // ERC-20 of the bond
        uint128 bond; // units of the asset's decimals, what is unbonding not counted
        uint128 unbonding;
        uint40 unbondedAt; // Unix seconds from which `unbonding` may be withdrawn; 0 if nothing is
        bytes32 keyFingerprint; // of the OpenPGP v6 key under which assets are uploaded and stored
        string url;
    }

    event DatatrustRegistered(DatatrustId indexed datatrust, address indexed operator, address asset);
    event DatatrustUpdated(
        DatatrustId indexed datatrust,
        address signer,
        address payout,
        bytes32 keyFingerprint,
        string url
    );
    event Bonded(DatatrustId indexed datatrust, uint256 amount, uint256 bond);
    event UnbondingStarted(DatatrustId indexed datatrust, uint256 amount, uint40 unbondedAt);
    event BondWithdrawn(DatatrustId indexed datatrust, uint256 amount, address to);
    /// @notice Emitted when a bond paid for a proven wrong delivery or a receipt that another contradicts: `compensation` to the buyer, `burnt` to nobody.
    event Slashed(DatatrustId indexed datatrust, address indexed to, uint256 compensation, uint256 burnt);

    /// @notice Thrown when the caller is not the operator of the datatrust.
    error Datatrusts_NotOperator(DatatrustId datatrust, address caller);

    /// @notice Thrown when no datatrust has this id.
    error Datatrusts_Unknown(DatatrustId datatrust);

    /// @notice Thrown when signer, payout or asset is the zero address.
    error Datatrusts_ZeroAddress();

    /// @notice Thrown when a URL is empty or longer than 256 bytes.
    error Datatrusts_BadUrl(uint256 length);

    /// @notice Thrown when the amount is zero or above what is there; a bond holds at most 2^96 - 1.
    error Datatrusts_BadAmount(uint256 amount, uint256 available);

    /// @notice Thrown when a bond is withdrawn before its time, or nothing is unbonding.
    error Datatrusts_Unbonding(DatatrustId datatrust, uint40 unbondedAt);

    /// @notice Thrown when anybody but Orders slashes.
    error Datatrusts_NotOrders(address caller);

    /// @notice Registers the caller as operator of a new datatrust. Two bond assets: register twice.
    /// @param asset ERC-20 of the bond; markets of another asset do not accept this datatrust.
    /// @param keyFingerprint OpenPGP v6 fingerprint.
    /// @param url Base URL of its HTTP API, at most 256 bytes.
    function register(
        address signer,
        address payout,
        address asset,
        bytes32 keyFingerprint,
        string calldata url
    ) external returns (DatatrustId datatrust);

    /// @notice Replaces signer, payout, key and URL; orders already placed keep their payout. The datatrust answers for what
    /// the signer before signed until 21 days later.
    function update(
        DatatrustId datatrust,
        address signer,
        address payout,
        bytes32 keyFingerprint,
        string calldata url
    ) external;

    /// @notice Adds to the bond; anyone may. Collects what arrived, units of the asset's decimals.
    function bond(DatatrustId datatrust, uint128 amount, Payment calldata payment) external;

    /// @notice Starts unbonding `amount`; starting again restarts the wait for all that is unbonding.
    function unbond(DatatrustId datatrust, uint128 amount) external;

    /// @notice Credits what has unbonded to `to` in the Vault, strictly after `unbondedAt`.
    function withdrawBond(DatatrustId datatrust, address to) external returns (uint256 amount);

    /// @notice Takes from a bond, what is unbonding included: min(maxCompensation, half of it, rounded down) for `to` in the
    /// Vault, and min(maxBurnt, what is then left) for nobody. Orders only.
    function slash(
        DatatrustId datatrust,
        address to,
        uint256 maxCompensation,
        uint256 maxBurnt
    ) external returns (uint256 compensation, uint256 burnt);

    /// @notice Everything about a datatrust. Reverts for an unknown id.
    function get(DatatrustId datatrust) external view returns (Datatrust memory);

    /// @notice What `Orders.place` needs: signer, payout, bond asset and bond.
    function terms(
        DatatrustId datatrust
    ) external view returns (address signer, address payout, address asset, uint128 bonded);

    /// @notice Current signing address; reverts for an unknown id.
    function signerOf(DatatrustId datatrust) external view returns (address);

    /// @notice True if the datatrust answers for what `signer` signed: it is its signing address, or was within the last 21
    /// days, longer than any window of an order. Reverts for an unknown id.
    function answersFor(DatatrustId datatrust, address signer) external view returns (bool);

    /// @notice Seconds of unbonding: 21 days, longer than any window of an order.
    function UNBONDING_SECONDS() external view returns (uint40);

    /// @notice The contract that may slash.
    function ORDERS() external view returns (address);

    /// @notice The ledger that holds the bonds.
    function VAULT() external view returns (address);
}
