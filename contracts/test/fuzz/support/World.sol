// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IDatatrusts} from "../../../src/interfaces/IDatatrusts.sol";
import {IMarkets} from "../../../src/interfaces/IMarkets.sol";
import {IShare} from "../../../src/interfaces/IShare.sol";
import {IVault} from "../../../src/interfaces/IVault.sol";
import {FeeToken} from "../../../src/test/FeeToken.sol";
import {TestToken} from "../../../src/test/TestToken.sol";
import {DatatrustId, MarketId} from "../../../src/types/Ids.sol";
import {Payment, Source} from "../../../src/types/Payment.sol";
import {CHEATS, deploy} from "./Cheats.sol";

/// @dev The contracts, four actors with money, two markets of one token and one of a token that takes a fee. This contract
/// itself stands where Orders will be.
abstract contract World {
    address internal constant DEAD = 0x000000000000000000000000000000000000dEaD;
    uint256 internal constant FORTUNE = 1e18;
    uint256 internal constant MARKETS_COUNT = 3;
    uint256 internal constant ACTORS_COUNT = 4;

    IVault public vault = IVault(deploy("Vault", ""));
    IDatatrusts public datatrusts = IDatatrusts(deploy("Datatrusts", abi.encode(vault, address(this))));
    IMarkets public markets;
    TestToken public token = TestToken(deploy("TestToken", ""));
    FeeToken public feeToken = FeeToken(deploy("FeeToken", ""));
    DatatrustId public datatrust;
    MarketId[MARKETS_COUNT] public ids;
    address[ACTORS_COUNT] internal _actors = [address(0xA11), address(0xA12), address(0xA13), address(0xA14)];
    /// @dev Every account that may have a balance in the Vault.
    address[] internal _accounts;
    uint256 internal _clock = 1_800_000_000;

    constructor() {
        CHEATS.warp(_clock);
        address predicted = CHEATS.computeCreateAddress(address(this), CHEATS.getNonce(address(this)) + 1);
        address share = deploy("Share", abi.encode(predicted, address(this), address(this)));
        markets = IMarkets(deploy("Markets", abi.encode(vault, share, this)));
        feeToken.setFees(100, 0);
        _enrich(address(this));
        for (uint256 i = 0; i < ACTORS_COUNT; ++i) _enrich(_actors[i]);
        _accounts.push(address(markets));
        _accounts.push(address(datatrusts));

        address curve = deploy("LinearCurve", "");
        ids[0] = _create("a", token, curve, 1e6, 1e24);
        ids[1] = _create("b", token, curve, 3e6, 1e21);
        ids[2] = _create("c", feeToken, curve, 1, 1e24);
        datatrust = datatrusts.register(address(this), address(this), address(token), bytes32(0), "url");
    }

    function assetOf(MarketId id) public view returns (TestToken) {
        return TestToken(markets.identityOf(id).asset);
    }

    function shareOf(MarketId id) public view returns (IShare) {
        return IShare(markets.identityOf(id).share);
    }

    /// @dev What the Vault owes in a token to everybody.
    function owedByVault(TestToken asset) external view returns (uint256 sum) {
        for (uint256 i = 0; i < _accounts.length; ++i) sum += vault.balanceOf(_accounts[i], _idOf(asset));
    }

    /// @dev What Markets owes in a token: U + L + B of all its markets.
    function owedByMarkets(TestToken asset) external view returns (uint256 sum) {
        for (uint256 i = 0; i < MARKETS_COUNT; ++i) {
            if (address(assetOf(ids[i])) != address(asset)) continue;
            IMarkets.Reserve memory reserve = markets.reserveOf(ids[i]);
            sum += uint256(reserve.unlocked) + reserve.locked + reserve.bounty;
        }
    }

    function _idOf(TestToken asset) internal pure returns (uint256) {
        return uint160(address(asset));
    }

    function _config(uint16 spreadBps, uint32 dripSeconds) internal pure returns (IMarkets.Config memory) {
        return
            IMarkets.Config({
                spreadBps: spreadBps,
                makerBps: 7_000,
                operatorBps: 500,
                curatorsBps: 200,
                failureBps: 1_000,
                compensationBps: 0,
                quorumBps: 400,
                challengeFeeBps: 1_000,
                isCurated: false,
                dripSeconds: dripSeconds,
                exitDelaySeconds: 0,
                activationSeconds: 0,
                complaintWindowSeconds: 0,
                disputeWindowSeconds: 0,
                pollSeconds: 1 days,
                timelockSeconds: 0,
                listReward: 0,
                listingBond: 0,
                challengeBond: 0,
                minBond: 0
            });
    }

    function _payment(Source source) internal pure returns (Payment memory) {
        return Payment({source: source, permitDeadline: 0, v: 0, r: 0, s: 0});
    }

    function _create(bytes32 salt, TestToken asset, address curve, uint128 p0, uint128 k) private returns (MarketId) {
        return
            markets.create({
                salt: salt,
                asset: address(asset),
                curve: curve,
                p0: p0,
                k: k,
                admin: address(this),
                config: _config({spreadBps: 500, dripSeconds: 7 days}),
                seed: 1_000e6,
                payment: _payment(Source.VAULT)
            });
    }

    function _enrich(address account) private {
        _accounts.push(account);
        TestToken[2] memory tokens = [token, TestToken(feeToken)];
        CHEATS.startPrank(account);
        for (uint256 i = 0; i < tokens.length; ++i) {
            tokens[i].mint(account, 2 * FORTUNE);
            tokens[i].approve(address(vault), type(uint256).max);
            tokens[i].approve(address(markets), type(uint256).max);
            tokens[i].approve(address(datatrusts), type(uint256).max);
            vault.deposit(address(tokens[i]), FORTUNE, account);
        }
        vault.setOperator(address(markets), true);
        vault.setOperator(address(datatrusts), true);
        CHEATS.stopPrank();
    }
}
