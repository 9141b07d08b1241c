"""What runs by itself. The order of the steps is data, shown once; each step loads, works outside any transaction,
then saves with its line of custody in the transaction that ends its work row.

    report ──► look ──► screen ──► (a person assesses) ──► trace ──► notify ──► send ──► recheck ──► removed, watched
                                                             ▲                              │
                                                             └──────────── returned ◄───────┘
"""

from hotline.pipeline.asked import preview_notice, recheck_now, send_now, sheet_of, trace_address, trace_item
from hotline.pipeline.running import STEPS, Done
from hotline.pipeline.station import Station, open_station
from hotline.pipeline.workers import run_once

__all__ = [
    "STEPS",
    "Done",
    "Station",
    "open_station",
    "preview_notice",
    "recheck_now",
    "run_once",
    "send_now",
    "sheet_of",
    "trace_address",
    "trace_item",
]
