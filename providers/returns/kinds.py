"""The words in which returns are sorted."""

from django.db.models import TextChoices

from commissioning.measures.kinds import Section


class Part(TextChoices):
    """What a data officer fills in, one page each: the sections of the catalogue, and the words beside the figures."""

    REFERRALS = Section.REFERRALS.value, Section.REFERRALS.label
    CASELOAD = Section.CASELOAD.value, Section.CASELOAD.label
    OUTCOMES = Section.OUTCOMES.value, Section.OUTCOMES.label
    MONEY = Section.MONEY.value, Section.MONEY.label
    WORDS = "words", "In your own words"


class Timeliness(TextChoices):
    """How a return stands to its due day. Worked out, never stored."""

    DUE = "due", "Due"
    OVERDUE = "overdue", "Overdue"
    ON_TIME = "on_time", "On time"
    EXTENDED = "extended", "Extended"
    LATE = "late", "Late"
    MISSING = "missing", "Not received"
    PAPER = "paper", "From a paper"
