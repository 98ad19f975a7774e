"""One bank file of the running fund, posted: a row that pays an instalment early, one that matches nothing, one known from before."""

from datetime import datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from commissioning.kernel.postgres.scope import rls_scope
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.banking import actions
from funders.banking.models import BankImport
from funders.banking.queries.imports import sums_of
from funders.banking.rules.rows import RowKind
from funders.contributions.demo import seat_of
from funders.pool.models import PooledFund
from funders.receipts.actions import invoice
from funders.receipts.models import Instalment, Receipt
from funders.receipts.states import InstalmentState

COLUMNS = {"date": 0, "payer": 1, "text": 2, "reference": 3, "amount": 4, "out": 5}
HEADING = "Date,Payer,Details,Bank reference,Paid in,Paid out"
BEHIND = "nhs"


def load() -> str:
    fund = PooledFund.objects.select_related("host").get(code="kent-live")
    with rls_scope([fund.host_id]):
        found = BankImport.objects.filter(fund=fund).order_by("pk").first() or _import(fund)
        counted = {kind: one.rows for kind, one in sums_of(found).items()}
    return f"1 bank file: {counted[RowKind.MATCHED]} row matched, {counted[RowKind.UNMATCHED]} in suspense, {counted[RowKind.KNOWN]} known."


def _import(fund: PooledFund) -> BankImport:
    """Upload, name the columns, read, confirm and post, as an officer and the worker do."""
    finance, now = seat_of(fund.host, Role.FINANCE), timezone.now()
    told = {"by": finance, "at": now}
    file = SimpleUploadedFile("kent-live-bank.csv", "\n".join([HEADING, *_rows(fund, finance, now)]).encode())
    found = actions.upload(fund=fund, file=file, **told)
    found = actions.name_columns(bank_import=found, columns=COLUMNS, date_format="dmy", version=found.version, **told)
    actions.read_rows(reference=found.reference, version=found.version, progress=_quietly, at=now)
    found.refresh_from_db()
    actions.confirm(bank_import=found, version=found.version, **told)
    actions.post_rows(reference=found.reference, progress=_quietly, at=now)
    return BankImport.objects.get(pk=found.pk)


def _rows(fund: PooledFund, finance: Seat, now: datetime) -> list[str]:
    """Payments of the last days; the payer of the unmatched one forgot the invoice."""
    days = [f"{timezone.localtime(now) - timedelta(days=ago):%d/%m/%Y}" for ago in (2, 3, 9)]
    rows = [
        f"{days[1]},UNKNOWN REMITTER,JOINT WORKING CONTRIBUTION,BACS 7714 0032,1500.00,",
        f"{days[1]},KCC PAYMENTS,BANK CHARGES,CHG 0099,,12.50",
    ]
    known = Receipt.objects.standing().filter(fund=fund).select_related("funder").order_by("-received_on", "pk").first()
    if known:
        rows.append(f'{known.received_on:%d/%m/%Y},"{known.funder}",Instalment,{known.bank_reference},"{known.amount:,}",')
    early = (
        Instalment.objects.filter(fund=fund, state=InstalmentState.PLANNED)
        .exclude(funder__code=BEHIND)
        .order_by("due_on", "amount")
        .first()
    )
    if early:
        number = f"INV-{early.contribution.year}-{early.funder.code.upper()}-{early.number}"
        invoice(instalment=early, invoice_reference=number, by=finance, version=early.version, at=now - timedelta(days=9))
        rows.append(f'{days[0]},"{early.funder}",{number.replace("-", " ")},BACS 7714 0041,"{early.amount:,}",')
    return rows


def _quietly(done: int, total: int, message: str) -> None:
    """Nobody watches while the demo is loaded."""
