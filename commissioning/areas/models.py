from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q


class Partnership(models.Model):
    """The partnership whose portal this is: Kent and Medway."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.name


class District(models.Model):
    """A district or unitary council area. Its name may change; its GSS code does not."""

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="districts")
    gss_code = models.CharField(max_length=9, unique=True)
    tile_column = models.PositiveSmallIntegerField()
    tile_row = models.PositiveSmallIntegerField()
    unitary = models.BooleanField(default=False)

    class Meta:
        ordering = ["gss_code"]

    def __str__(self) -> str:
        return self.gss_code


class DistrictName(models.Model):
    """The name of a district over a time: Shepway until March 2018, Folkestone and Hythe since."""

    district = models.ForeignKey(District, models.PROTECT, related_name="names")
    name = models.CharField(max_length=80)
    valid = DateRangeField()

    class Meta:
        ordering = ["district", "valid"]
        constraints = [
            ExclusionConstraint(
                name="district_one_name_at_a_time",
                expressions=[(F("district"), RangeOperators.EQUAL), (F("valid"), RangeOperators.OVERLAPS)],
            )
        ]

    def __str__(self) -> str:
        return self.name


class ContractArea(models.Model):
    """An area that is contracted as one: the four of 2017, and Medway apart."""

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="contract_areas")
    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    order = models.PositiveSmallIntegerField(default=0)
    apart = models.BooleanField(default=False, help_text="Under a contract of its own and never summed into the county.")

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name


class AreaDistrict(models.Model):
    """A district's place in a contract area over a time. The database refuses two areas at once."""

    area = models.ForeignKey(ContractArea, models.PROTECT, related_name="places")
    district = models.ForeignKey(District, models.PROTECT, related_name="places")
    valid = DateRangeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="district_one_area_at_a_time",
                expressions=[(F("district"), RangeOperators.EQUAL), (F("valid"), RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(condition=Q(valid__isempty=False), name="area_district_some_time"),
        ]

    def __str__(self) -> str:
        return f"{self.district} in {self.area}"
