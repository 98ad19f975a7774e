from django.db.models import TextChoices


class InstalmentState(TextChoices):
    PLANNED = "planned", "Planned"
    INVOICED = "invoiced", "Invoiced"
    RECEIVED = "received", "Received"


NEXT = {
    InstalmentState.PLANNED: {InstalmentState.INVOICED},
    InstalmentState.INVOICED: {InstalmentState.INVOICED, InstalmentState.RECEIVED},
    InstalmentState.RECEIVED: {InstalmentState.INVOICED},
}
