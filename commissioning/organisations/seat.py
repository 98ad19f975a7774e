"""A seat: who acts, for which organisation, in which roles. Permissions ask it, actions record it."""

from dataclasses import dataclass, field

from commissioning.organisations.models import Organisation, Person
from commissioning.organisations.roles import Role


@dataclass(frozen=True)
class Seat:
    person: Person | None
    organisation: Organisation | None
    roles: frozenset[str] = frozenset()
    others: tuple[Organisation, ...] = field(default=(), compare=False)

    @classmethod
    def system(cls) -> "Seat":
        """The portal itself: jobs that the clock starts."""
        return cls(person=None, organisation=None)

    @classmethod
    def nobody(cls) -> "Seat":
        """A visitor who has not signed in."""
        return cls(person=None, organisation=None)

    @property
    def signed_in(self) -> bool:
        return self.person is not None

    @property
    def actor(self) -> Person:
        """The person, where only a person can act.

        :raises LookupError: nobody sits here; a guard or a permission is missing.
        """
        if self.person is None:
            raise LookupError("Nobody is signed in.")
        return self.person

    @property
    def on_behalf_of(self) -> Organisation:
        """The organisation, where only an organisation can act.

        :raises LookupError: the seat belongs to none; a guard or a permission is missing.
        """
        if self.organisation is None:
            raise LookupError("This seat belongs to no organisation.")
        return self.organisation

    @property
    def organisation_id(self) -> int | None:
        return self.organisation.pk if self.organisation else None

    @property
    def who(self) -> str:
        """How the record names the actor: the job title and the address of the person, or the portal."""
        return f"{self.person.job_title} <{self.person.email}>" if self.person else "The portal"

    def has(self, *roles: Role) -> bool:
        return any(role in self.roles for role in roles)

    def is_of(self, organisation: Organisation | int | None) -> bool:
        wanted = organisation.pk if isinstance(organisation, Organisation) else organisation
        return wanted is not None and wanted == self.organisation_id
