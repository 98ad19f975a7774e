from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from commissioning.kernel.forms import ChoiceField, ChoicesField, EmailField, FilterForm, PortalForm, SearchField, TextField
from commissioning.organisations.models import Invitation, Organisation, Person
from commissioning.organisations.roles import EXPLAINED, Role
from commissioning.organisations.rules import roles_for


def role_choices(organisation: Organisation, without: frozenset[str] = frozenset()) -> list[tuple[str, str, str]]:
    """The roles that an organisation may give, each with what it may and may not."""
    offered = [role for role in roles_for(organisation.kinds) if role not in without]
    return [(role.value, role.label, f"May: {EXPLAINED[role].may} May not: {EXPLAINED[role].may_not}") for role in offered]


class PeopleFilter(FilterForm):
    search = SearchField(label="Job title or e-mail address")
    role = ChoiceField(label="Role", required=False, empty="Any role", choices=Role.choices)
    show = ChoiceField(label="Show", required=False, empty="People with a role", choices=[("left", "People who left")])


class InviteForm(PortalForm):
    submit_label = "Send the invitation"
    email = EmailField(
        label="E-mail address", named="the e-mail address of the person", hint="A person's own address at work. It cannot be changed later."
    )
    job_title = TextField(label="Job title", most=120, hint="Shown beside what the person does. They can correct it when they accept.")
    roles = ChoicesField(label="Roles", named="what the person may do")

    def __init__(self, *args: Any, organisation: Organisation, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["roles"].offer(role_choices(organisation))  # type: ignore[attr-defined]


class GiveRolesForm(PortalForm):
    submit_label = "Give these roles"
    roles = ChoicesField(label="Which roles does the person get?", named="at least one role", heading=True)

    def __init__(self, *args: Any, organisation: Organisation, held: frozenset[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["roles"].offer(role_choices(organisation, held))  # type: ignore[attr-defined]


class ConfirmForm(PortalForm):
    """A button that does one grave thing."""

    submit_kind = "warning"

    def __init__(self, *args: Any, submit_label: str, **options: Any) -> None:
        self.submit_label = submit_label
        super().__init__(*args, **options)


class PasswordField(forms.CharField):
    """Taken exactly as typed or pasted, spaces and all."""

    def __init__(self, **options: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": "new-password", "spellcheck": "false"})
        super().__init__(strip=False, widget=widget, **options)


class AcceptForm(PortalForm):
    submit_label = "Accept and sign in"
    job_title = TextField(label="Job title", named="your job title", most=120)
    password = PasswordField(
        label="Choose a password",
        help_text="12 characters or more. Three or four unrelated words do well; spaces are welcome. "
        "Leave out words such as “kent”, “refuge” and names of organisations.",
    )
    names = {"password": "a password"}

    def __init__(self, *args: Any, invitation: Invitation, **options: Any) -> None:
        self.invitation = invitation
        super().__init__(*args, initial={"job_title": invitation.job_title}, **options)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        person = Person(email=self.invitation.email, job_title=cleaned.get("job_title", ""))
        try:
            validate_password(cleaned.get("password") or "x" * 40, person)
        except ValidationError as error:
            self.add_error("password", error)
        return cleaned
