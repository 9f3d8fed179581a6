// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IDatatrusts} from "./interfaces/IDatatrusts.sol";
import {IVault} from "./interfaces/IVault.sol";
import {Payments} from "./libraries/Payments.sol";
import {DatatrustId} from "./types/Ids.sol";
import {Payment} from "./types/Payment.sol";

contract Datatrusts is IDatatrusts, ReentrancyGuardTransient {
    using Payments for Payment;

    /// @dev Ordered so that `terms` reads three slots.
    struct Record {
        address signer;
        uint96 bond;
        address payout;
        uint96 unbonding;
        address asset;
        uint40 unbondedAt;
        address operator;
        bytes32 keyFingerprint;
        string url;
    }

    /// @inheritdoc IDatatrusts
    uint40 public constant UNBONDING_SECONDS = 21 days;
    uint256 private constant MAX_URL_BYTES = 256;
    address private constant DEAD = 0x000000000000000000000000000000000000dEaD;

    /// @inheritdoc IDatatrusts
    address public immutable VAULT;
    /// @inheritdoc IDatatrusts
    address public immutable ORDERS;

    uint32 private _count;
    mapping(DatatrustId datatrust => Record record) private _records;
    mapping(DatatrustId datatrust => mapping(address signer => uint40 until)) private _answersUntil;

    /// @param orders Address at which Orders will be deployed; it asserts that it is the one named here.
    constructor(address vault, address orders) {
        VAULT = vault;
        ORDERS = orders;
    }

    /// @inheritdoc IDatatrusts
    function register(
        address signer,
        address payout,
        address asset,
        bytes32 keyFingerprint,
        string calldata url
    ) external returns (DatatrustId datatrust) {
        require(asset != address(0), Datatrusts_ZeroAddress());
        datatrust = DatatrustId.wrap(++_count);
        Record storage record = _records[datatrust];
        record.operator = msg.sender;
        record.asset = asset;
        emit DatatrustRegistered(datatrust, msg.sender, asset);
        _update(datatrust, record, signer, payout, keyFingerprint, url);
    }

    /// @inheritdoc IDatatrusts
    function update(
        DatatrustId datatrust,
        address signer,
        address payout,
        bytes32 keyFingerprint,
        string calldata url
    ) external {
        _update(datatrust, _operated(datatrust), signer, payout, keyFingerprint, url);
    }

    /// @inheritdoc IDatatrusts
    function bond(DatatrustId datatrust, uint128 amount, Payment calldata payment) external nonReentrant {
        Record storage record = _known(datatrust);
        uint256 room = type(uint96).max - record.bond;
        require(amount != 0 && amount <= room, Datatrusts_BadAmount(amount, room));
        record.bond += uint96(amount);
        emit Bonded(datatrust, amount, record.bond);
        payment.collect(IVault(VAULT), record.asset, amount);
    }

    /// @inheritdoc IDatatrusts
    function unbond(DatatrustId datatrust, uint128 amount) external {
        Record storage record = _operated(datatrust);
        require(amount != 0 && amount <= record.bond, Datatrusts_BadAmount(amount, record.bond));
        record.bond -= uint96(amount);
        record.unbonding += uint96(amount);
        record.unbondedAt = uint40(block.timestamp) + UNBONDING_SECONDS;
        emit UnbondingStarted(datatrust, amount, record.unbondedAt);
    }

    /// @inheritdoc IDatatrusts
    function withdrawBond(DatatrustId datatrust, address to) external nonReentrant returns (uint256 amount) {
        Record storage record = _operated(datatrust);
        amount = record.unbonding;
        require(amount != 0 && block.timestamp > record.unbondedAt, Datatrusts_Unbonding(datatrust, record.unbondedAt));
        record.unbonding = 0;
        record.unbondedAt = 0;
        emit BondWithdrawn(datatrust, amount, to);
        IVault(VAULT).transfer(to, uint160(record.asset), amount);
    }

    /// @inheritdoc IDatatrusts
    function slash(
        DatatrustId datatrust,
        address to,
        uint256 maxCompensation,
        uint256 maxBurnt
    ) external nonReentrant returns (uint256 compensation, uint256 burnt) {
        require(msg.sender == ORDERS, Datatrusts_NotOrders(msg.sender));
        Record storage record = _known(datatrust);
        uint256 bonded = record.bond;
        uint256 left = bonded + record.unbonding;
        compensation = Math.min(maxCompensation, left / 2);
        burnt = Math.min(maxBurnt, left - compensation);
        uint256 taken = compensation + burnt;
        // What is unbonding goes last: a datatrust that was slashed is the sooner below the minimum for new orders.
        uint256 fromBond = Math.min(taken, bonded);
        record.bond = uint96(bonded - fromBond);
        record.unbonding -= uint96(taken - fromBond);
        emit Slashed(datatrust, to, compensation, burnt);
        uint256 id = uint160(record.asset);
        if (compensation != 0) IVault(VAULT).transfer(to, id, compensation);
        if (burnt != 0) IVault(VAULT).transfer(DEAD, id, burnt);
    }

    /// @inheritdoc IDatatrusts
    function get(DatatrustId datatrust) external view returns (Datatrust memory) {
        Record storage record = _known(datatrust);
        return
            Datatrust({
                operator: record.operator,
                signer: record.signer,
                payout: record.payout,
                asset: record.asset,
                bond: record.bond,
                unbonding: record.unbonding,
                unbondedAt: record.unbondedAt,
                keyFingerprint: record.keyFingerprint,
                url: record.url
            });
    }

    /// @inheritdoc IDatatrusts
    function terms(
        DatatrustId datatrust
    ) external view returns (address signer, address payout, address asset, uint128 bonded) {
        Record storage record = _known(datatrust);
        return (record.signer, record.payout, record.asset, record.bond);
    }

    /// @inheritdoc IDatatrusts
    function signerOf(DatatrustId datatrust) external view returns (address) {
        return _known(datatrust).signer;
    }

    /// @inheritdoc IDatatrusts
    function answersFor(DatatrustId datatrust, address signer) external view returns (bool) {
        return _known(datatrust).signer == signer || block.timestamp <= _answersUntil[datatrust][signer];
    }

    function _update(
        DatatrustId datatrust,
        Record storage record,
        address signer,
        address payout,
        bytes32 keyFingerprint,
        string calldata url
    ) private {
        require(signer != address(0) && payout != address(0), Datatrusts_ZeroAddress());
        uint256 length = bytes(url).length;
        require(length != 0 && length <= MAX_URL_BYTES, Datatrusts_BadUrl(length));
        address former = record.signer;
        if (former != signer && former != address(0)) {
            _answersUntil[datatrust][former] = uint40(block.timestamp) + UNBONDING_SECONDS;
        }
        record.signer = signer;
        record.payout = payout;
        record.keyFingerprint = keyFingerprint;
        record.url = url;
        emit DatatrustUpdated(datatrust, signer, payout, keyFingerprint, url);
    }

    /// @dev A signer is never zero, so it tells a known datatrust from an unknown one in a slot that is read anyway.
    function _known(DatatrustId datatrust) private view returns (Record storage record) {
        record = _records[datatrust];
        require(record.signer != address(0), Datatrusts_Unknown(datatrust));
    }

    function _operated(DatatrustId datatrust) private view returns (Record storage record) {
        record = _known(datatrust);
        require(record.operator == msg.sender, Datatrusts_NotOperator(datatrust, msg.sender));
    }
}
