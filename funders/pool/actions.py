"""What others do with a fund at the same time is done one after the other."""

from funders.pool.models import PooledFund


def lock(fund: PooledFund) -> PooledFund:
    """The fund as it is now, held until the end of the transaction: money that comes in, and promises that are taken back, wait for each other."""
    return PooledFund.objects.select_for_update(no_key=True, of=("self",)).select_related("host").get(pk=fund.pk)
