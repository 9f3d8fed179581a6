export const runtimeLayouts: Record<string, { offsetBytes: number; sizeBytes: number; immutables: Record<string, number[]> }> = {
  "Vault": {
    "offsetBytes": 26,
    "sizeBytes": 6286,
    "immutables": {}
  },
  "Datatrusts": {
    "offsetBytes": 141,
    "sizeBytes": 6173,
    "immutables": {
      "VAULT": [
        629,
        2575,
        3549
      ]
    }
  },
  "Share": {
    "offsetBytes": 1321,
    "sizeBytes": 10140,
    "immutables": {
      "_cachedDomainSeparator": [
        6105
      ],
      "_cachedChainId": [
        6294
      ],
      "_cachedThis": [
        6058
      ],
      "_hashedName": [
        6184
      ],
      "_hashedVersion": [
        6222
      ],
      "_name": [
        3031
      ],
      "_version": [
        3072
      ],
      "MARKETS": [
        1645,
        2381,
        3956
      ]
    }
  },
  "LinearCurve": {
    "offsetBytes": 26,
    "sizeBytes": 1205,
    "immutables": {}
  },
  "Markets": {
    "offsetBytes": 411,
    "sizeBytes": 20319,
    "immutables": {
      "VAULT": [
        4811,
        6119,
        7671,
        11762,
        12964,
        13948
      ],
      "ORDERS": [
        509,
        852,
        7122
      ],
      "SHARE": [
        9242
      ]
    }
  },
  "Listings": {
    "offsetBytes": 657,
    "sizeBytes": 8740,
    "immutables": {
      "_cachedDomainSeparator": [
        8264
      ],
      "_cachedChainId": [
        8453
      ],
      "_cachedThis": [
        8217
      ],
      "_hashedName": [
        8343
      ],
      "_hashedVersion": [
        8381
      ],
      "_name": [
        1765
      ],
      "_version": [
        1806
      ],
      "VAULT": [
        725,
        2442,
        4670
      ],
      "DATATRUSTS": [
        2222,
        3879
      ],
      "MARKETS": [
        350,
        2332,
        4115,
        5541
      ]
    }
  },
  "Orders": {
    "offsetBytes": 1251,
    "sizeBytes": 21412,
    "immutables": {
      "_cachedDomainSeparator": [
        20682
      ],
      "_cachedChainId": [
        20865
      ],
      "_cachedThis": [
        20635
      ],
      "_hashedName": [
        20761
      ],
      "_hashedVersion": [
        20799
      ],
      "_name": [
        2922
      ],
      "_version": [
        2964
      ],
      "VAULT": [
        4496,
        5604,
        5906,
        7624,
        18004
      ],
      "DATATRUSTS": [
        9992,
        17340
      ],
      "MARKETS": [
        4531,
        5571,
        6008,
        7403,
        9508,
        16384,
        17971,
        20304
      ],
      "LISTINGS": [
        7283,
        9024,
        16240
      ]
    }
  }
}
