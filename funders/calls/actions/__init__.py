from funders.calls.actions.asking import answer, ask, cancel, change, close, draft, remind
from funders.calls.actions.paying import pay, receive, reverse_payment, reverse_receipt

__all__ = [
    "answer",
    "ask",
    "cancel",
    "change",
    "close",
    "draft",
    "pay",
    "receive",
    "remind",
    "reverse_payment",
    "reverse_receipt",
]
