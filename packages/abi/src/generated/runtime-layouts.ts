export const runtimeLayouts: Record<string, { offsetBytes: number; sizeBytes: number; immutables: Record<string, number[]>; libraries: Record<string, number[]> }> = {
  "Vault": {
    "offsetBytes": 26,
    "sizeBytes": 6286,
    "immutables": {},
    "libraries": {}
  },
  "Datatrusts": {
    "offsetBytes": 202,
    "sizeBytes": 7331,
    "immutables": {
      "VAULT": [
        648,
        2704,
        3665,
        4440,
        4612
      ],
      "ORDERS": [
        1737,
        3862
      ]
    },
    "libraries": {}
  },
  "Share": {
    "offsetBytes": 1408,
    "sizeBytes": 11492,
    "immutables": {
      "_cachedDomainSeparator": [
        8125
      ],
      "_cachedChainId": [
        8314
      ],
      "_cachedThis": [
        8078
      ],
      "_hashedName": [
        8204
      ],
      "_hashedVersion": [
        8242
      ],
      "_name": [
        3888
      ],
      "_version": [
        3929
      ],
      "MARKETS": [
        2328,
        3128,
        4813
      ],
      "SIGNALS": [
        3238,
        5321,
        6254
      ],
      "CURATION": [
        1003,
        6668
      ]
    },
    "libraries": {}
  },
  "LinearCurve": {
    "offsetBytes": 26,
    "sizeBytes": 1205,
    "immutables": {},
    "libraries": {}
  },
  "FlatCurve": {
    "offsetBytes": 26,
    "sizeBytes": 618,
    "immutables": {},
    "libraries": {}
  },
  "RootCurve": {
    "offsetBytes": 26,
    "sizeBytes": 1364,
    "immutables": {},
    "libraries": {}
  },
  "ComputableCurve": {
    "offsetBytes": 26,
    "sizeBytes": 952,
    "immutables": {},
    "libraries": {}
  },
  "Markets": {
    "offsetBytes": 425,
    "sizeBytes": 23787,
    "immutables": {
      "VAULT": [
        6248,
        7646,
        9499,
        9792,
        9971,
        14980,
        16836
      ],
      "ORDERS": [
        785,
        1009,
        8790
      ],
      "SHARE": [
        4715,
        11804
      ]
    },
    "libraries": {}
  },
  "Listings": {
    "offsetBytes": 712,
    "sizeBytes": 10859,
    "immutables": {
      "_cachedDomainSeparator": [
        10383
      ],
      "_cachedChainId": [
        10572
      ],
      "_cachedThis": [
        10336
      ],
      "_hashedName": [
        10462
      ],
      "_hashedVersion": [
        10500
      ],
      "_name": [
        1560
      ],
      "_version": [
        1601
      ],
      "VAULT": [
        2704,
        4947,
        9608
      ],
      "DATATRUSTS": [
        2017,
        4141
      ],
      "MARKETS": [
        2515,
        4392,
        6577,
        9279
      ],
      "CURATION": [
        275,
        706,
        2130,
        5764
      ]
    },
    "libraries": {}
  },
  "Fair": {
    "offsetBytes": 30,
    "sizeBytes": 12343,
    "immutables": {},
    "libraries": {}
  },
  "Orders": {
    "offsetBytes": 1743,
    "sizeBytes": 24296,
    "immutables": {
      "_cachedDomainSeparator": [
        23717
      ],
      "_cachedChainId": [
        23900
      ],
      "_cachedThis": [
        23670
      ],
      "_hashedName": [
        23796
      ],
      "_hashedVersion": [
        23834
      ],
      "_name": [
        4655
      ],
      "_version": [
        4697
      ],
      "VAULT": [
        671,
        1160,
        6814,
        7525,
        8923,
        11070,
        12128,
        21526,
        22152,
        22572
      ],
      "DATATRUSTS": [
        3378,
        5120,
        15334,
        21133
      ],
      "MARKETS": [
        637,
        1127,
        6903,
        7559,
        8889,
        10832,
        10876,
        12280,
        13486,
        14850,
        20159,
        21716,
        22309,
        22664
      ],
      "LISTINGS": [
        10761,
        14469,
        20028
      ],
      "SIGNALS": [
        4941,
        10565
      ],
      "CURATION": [
        965,
        5919
      ]
    },
    "libraries": {
      "Fair": [
        4909
      ]
    }
  },
  "Signals": {
    "offsetBytes": 679,
    "sizeBytes": 6934,
    "immutables": {
      "VAULT": [
        740
      ],
      "MARKETS": [
        628,
        1620,
        3548
      ],
      "LISTINGS": [
        684,
        1493,
        3160
      ],
      "ORDERS": [
        188,
        2526,
        6210
      ]
    },
    "libraries": {}
  },
  "Curation": {
    "offsetBytes": 1388,
    "sizeBytes": 24148,
    "immutables": {
      "VAULT": [
        2099,
        8319,
        10212,
        12417,
        19919,
        20103
      ],
      "MARKETS": [
        846,
        3449,
        4078,
        6540,
        10650,
        14394,
        18727,
        19709,
        20262
      ],
      "LISTINGS": [
        622,
        9041,
        23181,
        23629
      ],
      "ORDERS": [
        7767,
        15328,
        15955,
        23462
      ]
    },
    "libraries": {}
  }
}
