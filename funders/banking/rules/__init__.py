"""What a bank file says: its columns, its rows, and which instalment each row pays. Pure: no clock, no database."""

from commissioning.kernel.refusals import Refusal


class ImportRefused(Refusal):
    """The bank file cannot be taken, read or posted like this."""


class ClearingRefused(Refusal):
    """Money cannot be taken out of suspense like this."""


__all__ = ["ClearingRefused", "ImportRefused"]
