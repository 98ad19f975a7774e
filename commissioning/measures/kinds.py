"""The words in which measures are sorted."""

from django.db import models


class Direction(models.TextChoices):
    HIGHER = "higher", "Higher is better"
    LOWER = "lower", "Lower is better"
    CONTEXT = "context", "Context"


class Unit(models.TextChoices):
    PEOPLE = "people", "people"
    CASES = "cases", "cases"
    POUNDS = "pounds", "pounds"
    PERCENT = "percent", "percent"


class Section(models.TextChoices):
    """The parts of a return, in the order in which they are filled in."""

    REFERRALS = "referrals", "Referrals"
    CASELOAD = "caseload", "Caseload"
    OUTCOMES = "outcomes", "Outcomes at exit"
    MONEY = "money", "Money"


class Service(models.TextChoices):
    """Core services of the first catalogue; walk-ins, brief advice, resettlement and MARAC support stand outside the total."""

    IDVA = "IDVA_HR", "Community IDVA (high risk)"
    OUTREACH = "OUT", "Outreach (medium and standard risk)"
    REFUGE = "REF", "Refuge"
