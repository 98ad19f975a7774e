from commissioning.bids.views.submitting import check, hashes, receipt, withdraw
from commissioning.bids.views.writing import answer, copy, detail, document, documents, index, lots, start, take_back

__all__ = [
    "answer",
    "check",
    "copy",
    "detail",
    "document",
    "documents",
    "hashes",
    "index",
    "lots",
    "receipt",
    "start",
    "take_back",
    "withdraw",
]
