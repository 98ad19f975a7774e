from django.db.models import TextChoices


class InvoiceState(TextChoices):
    SUBMITTED = "submitted", "Sent"
    HALFWAY = "halfway", "Approved once"
    APPROVED = "approved", "Approved"
    PAID = "paid", "Paid"
    RETURNED = "returned", "Returned"


NEXT = {
    InvoiceState.SUBMITTED: {InvoiceState.HALFWAY, InvoiceState.APPROVED, InvoiceState.RETURNED},
    InvoiceState.HALFWAY: {InvoiceState.APPROVED, InvoiceState.RETURNED},
    InvoiceState.APPROVED: {InvoiceState.PAID, InvoiceState.RETURNED},
    InvoiceState.PAID: {InvoiceState.APPROVED},
    InvoiceState.RETURNED: set(),
}
