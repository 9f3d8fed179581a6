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
    "sizeBytes": 20215,
    "immutables": {
      "VAULT": [
        4682,
        5994,
        7552,
        11720,
        12922,
        13906
      ],
      "ORDERS": [
        473,
        753,
        7001
      ],
      "SHARE": [
        9123
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
    "sizeBytes": 20853,
    "immutables": {
      "_cachedDomainSeparator": [
        20123
      ],
      "_cachedChainId": [
        20306
      ],
      "_cachedThis": [
        20076
      ],
      "_hashedName": [
        20202
      ],
      "_hashedVersion": [
        20240
      ],
      "_name": [
        2383
      ],
      "_version": [
        2425
      ],
      "VAULT": [
        3961,
        5069,
        5371,
        7089,
        17445
      ],
      "DATATRUSTS": [
        9457,
        16781
      ],
      "MARKETS": [
        3996,
        5036,
        5473,
        6868,
        8973,
        15825,
        17412,
        19745
      ],
      "LISTINGS": [
        6748,
        8489,
        15681
      ]
    }
  }
}
