// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {IListings} from "../../../src/interfaces/IListings.sol";
import {IMarkets} from "../../../src/interfaces/IMarkets.sol";
import {TestToken} from "../../../src/test/TestToken.sol";
import {Content} from "../../../src/types/Content.sol";
import {DatatrustId, ListingId, MarketId} from "../../../src/types/Ids.sol";
import {Deal, Goods, Kind} from "../../../src/types/Order.sol";
import {Payment, Source} from "../../../src/types/Payment.sol";
import {CHEATS, deploy} from "./Cheats.sol";
import {Parcel} from "./Parcel.sol";
import {Stack} from "./Stack.sol";

/// @dev Signs, as a contract does, whatever it is asked.
contract Stamp is IERC1271 {
    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        return IERC1271.isValidSignature.selector;
    }
}

/// @dev Who trades: two funded markets, three listings of two makers, three buyers, and a bonded datatrust whose signer is a
/// Stamp.
abstract contract Shop is Stack, Parcel {
    uint256 internal constant FORTUNE = 1e15;
    uint256 internal constant LISTINGS_COUNT = 3;
    uint256 internal constant BUYERS_COUNT = 3;
    uint80 internal constant LIST_REWARD = 2e6;
    uint80 internal constant BOND = 10e6;
    uint96 internal constant MIN_BOND = 1_000e6;
    uint16 internal constant COMPENSATION_BPS = 50;
    uint256 internal constant BPS = 10_000;
    uint32 internal constant COMPLAINT_SECONDS = 3 hours;

    TestToken public token = TestToken(deploy("TestToken", ""));
    MarketId[2] public ids;
    ListingId[LISTINGS_COUNT] public listed;
    DatatrustId internal _datatrust;
    address[BUYERS_COUNT] internal _buyers = [address(0xB11), address(0xB12), address(0xB13)];
    address[2] internal _makers = [address(0xA11), address(0xA12)];
    Stamp internal _signer = new Stamp();
    address internal _payout = address(0xDA7A);
    uint256 internal _clock = 1_800_000_000;

    constructor() {
        CHEATS.warp(_clock);

        _enrich(address(this));
        for (uint256 i = 0; i < BUYERS_COUNT; ++i) _enrich(_buyers[i]);
        for (uint256 i = 0; i < _makers.length; ++i) _enrich(_makers[i]);
        _datatrust = datatrusts.register(address(_signer), _payout, address(token), bytes32(0), "url");
        datatrusts.bond(_datatrust, MIN_BOND, _vaultPayment());
        address curve = deploy("LinearCurve", "");
        ids[0] = _create("a", curve);
        ids[1] = _create("b", curve);
        for (uint256 i = 0; i < LISTINGS_COUNT; ++i) listed[i] = _publish(i, bytes32(i));
    }

    function balanceOf(address account) public view returns (uint256) {
        return vault.balanceOf(account, uint160(address(token)));
    }

    /// @dev A deal and goods that the chain agrees with now.
    function _terms(
        ListingId listing,
        address buyer,
        uint256 n,
        Kind kind,
        address ackKey
    ) internal view returns (Deal memory, Goods memory) {
        IListings.Listing memory record = listings.get(listing);
        (IMarkets.Config memory config, ) = markets.configOf(record.market);
        bool isRun = kind == Kind.COMPUTE;
        bool isFair = ackKey != address(0);
        bytes32 given = isRun ? bytes32("given") : bytes32(0);
        Deal memory deal = Deal({
            listing: listing,
            buyer: buyer,
            n: n,
            market: record.market,
            asset: address(token),
            maker: record.maker,
            operator: _payout,
            datatrust: _datatrust,
            price: isRun ? record.computePrice : record.accessPrice,
            makerBps: config.makerBps,
            operatorBps: config.operatorBps,
            curatorsBps: config.curatorsBps,
            failureBps: config.failureBps,
            compensation: isFair ? (uint256(MIN_BOND) * COMPENSATION_BPS) / BPS : 0,
            kind: kind,
            placeBy: uint40(_clock),
            fulfilWithin: 1 hours,
            window: isRun
                ? config.disputeWindowSeconds
                : isFair
                    ? COMPLAINT_SECONDS
                    : 0,
            arbiter: address(0),
            ackKey: ackKey
        });
        Goods memory goods = Goods({
            termsHash: keccak256(abi.encode(_content())),
            keyHash: isFair ? keccak256(abi.encode(KEY)) : bytes32(0),
            recipientKey: "key",
            algorithm: given,
            parametersHash: given,
            runtimeDigest: given,
            runId: 0
        });
        return (deal, goods);
    }

    function _config(
        uint256 makerBps,
        uint256 operatorBps,
        uint256 curatorsBps,
        uint256 failureBps
    ) internal pure returns (IMarkets.Config memory) {
        return
            IMarkets.Config({
                spreadBps: 500,
                makerBps: uint16(makerBps),
                operatorBps: uint16(operatorBps),
                curatorsBps: uint16(curatorsBps),
                failureBps: uint16(failureBps),
                compensationBps: COMPENSATION_BPS,
                quorumBps: 400,
                challengeFeeBps: 1_000,
                isCurated: false,
                dripSeconds: 1 days,
                exitDelaySeconds: 1 days,
                activationSeconds: 0,
                complaintWindowSeconds: COMPLAINT_SECONDS,
                disputeWindowSeconds: 6 hours,
                pollSeconds: 1 days,
                timelockSeconds: 0,
                listReward: LIST_REWARD,
                listingBond: BOND,
                challengeBond: BOND,
                minBond: MIN_BOND
            });
    }

    function _vaultPayment() internal pure returns (Payment memory) {
        return Payment({source: Source.VAULT, permitDeadline: 0, v: 0, r: 0, s: 0});
    }

    function _content() internal view returns (Content memory) {
        return
            Content({contentRoot: CONTENT_ROOT, sizeBytes: SIZE_BYTES, policyHash: "policy", metadataHash: "metadata"});
    }

    /// @dev Who makes the rules of both markets.
    function _admin() internal view virtual returns (address) {
        return address(this);
    }

    function _marketOf(uint256 listing) internal view returns (MarketId) {
        return ids[listing / 2];
    }

    /// @dev In the place of the listing number `which`: the first two are in one market, the third in the other.
    function _publish(uint256 which, bytes32 salt) internal returns (ListingId) {
        CHEATS.prank(_makers[which % 2]);
        return
            listings.publish(
                _marketOf(which),
                salt,
                _content(),
                IListings.Prices({access: 10_000_003, compute: 20_000_007}),
                _datatrust,
                IListings.Attestation({services: 3, expiry: uint40(_clock), signature: ""}),
                _vaultPayment()
            );
    }

    function _create(bytes32 salt, address curve) private returns (MarketId id) {
        id = markets.create({
            salt: salt,
            asset: address(token),
            curve: curve,
            p0: 1e6,
            k: 1e24,
            admin: _admin(),
            config: _config({makerBps: 7_000, operatorBps: 500, curatorsBps: 200, failureBps: 1_000}),
            seed: 1_000e6,
            payment: _vaultPayment()
        });
        markets.fund(id, 10_000e6, 0, _clock, _vaultPayment());
    }

    function _enrich(address account) internal {
        token.mint(account, FORTUNE);
        CHEATS.startPrank(account);
        token.approve(address(vault), FORTUNE);
        vault.deposit(address(token), FORTUNE, account);
        address[5] memory modules = [
            address(markets),
            address(datatrusts),
            address(listings),
            address(orders),
            address(curation)
        ];
        for (uint256 i = 0; i < modules.length; ++i) vault.setOperator(modules[i], true);
        CHEATS.stopPrank();
    }
}
