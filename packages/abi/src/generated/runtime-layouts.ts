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
    "sizeBytes": 23767,
    "immutables": {
      "VAULT": [
        6228,
        7626,
        9479,
        9772,
        9951,
        14960,
        16816
      ],
      "ORDERS": [
        787,
        989,
        8770
      ],
      "SHARE": [
        4695,
        11784
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
    "sizeBytes": 12304,
    "immutables": {},
    "libraries": {}
  },
  "Orders": {
    "offsetBytes": 1743,
    "sizeBytes": 24021,
    "immutables": {
      "_cachedDomainSeparator": [
        23442
      ],
      "_cachedChainId": [
        23625
      ],
      "_cachedThis": [
        23395
      ],
      "_hashedName": [
        23521
      ],
      "_hashedVersion": [
        23559
      ],
      "_name": [
        3810
      ],
      "_version": [
        3852
      ],
      "VAULT": [
        671,
        1160,
        6665,
        7918,
        8648,
        10795,
        11853,
        21306,
        21877,
        22297
      ],
      "DATATRUSTS": [
        3367,
        4275,
        14845,
        20913
      ],
      "MARKETS": [
        637,
        1127,
        6754,
        7952,
        8614,
        10557,
        10601,
        12005,
        13211,
        14361,
        19884,
        21496,
        22034,
        22389
      ],
      "LISTINGS": [
        10486,
        13980,
        19753
      ],
      "SIGNALS": [
        4096,
        10290
      ],
      "CURATION": [
        965,
        4832
      ]
    },
    "libraries": {
      "Fair": [
        4898
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
    "sizeBytes": 24126,
    "immutables": {
      "VAULT": [
        2099,
        8297,
        10190,
        12395,
        19897,
        20081
      ],
      "MARKETS": [
        846,
        3449,
        4078,
        6518,
        10628,
        14372,
        18705,
        19687,
        20240
      ],
      "LISTINGS": [
        622,
        9019,
        23159,
        23607
      ],
      "ORDERS": [
        7745,
        15306,
        15933,
        23440
      ]
    },
    "libraries": {}
  }
}
