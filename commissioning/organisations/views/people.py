from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from commissioning.kernel.views import attempt, page_of, posted, wanted_format
from commissioning.kernel.words import plural
from commissioning.organisations.actions import people as actions
from commissioning.organisations.exports import export
from commissioning.organisations.forms import ConfirmForm, GiveRolesForm, PeopleFilter
from commissioning.organisations.guards import roles_allowed, signed_in
from commissioning.organisations.models import Person
from commissioning.organisations.permissions import memberships_visible_to
from commissioning.organisations.queries import people_of, person_of, waiting_invitations
from commissioning.organisations.roles import EXPLAINED, Role
from commissioning.organisations.tables import invitations_table, people_table, person_rows

OURS = roles_allowed(Role.ADMINISTRATOR)
OURS_TO_CHANGE = roles_allowed(Role.ADMINISTRATOR, post=(Role.ADMINISTRATOR,))
OURS_WITH_CODE = roles_allowed(Role.ADMINISTRATOR, post=(Role.ADMINISTRATOR,), recently=True)


def visible(request: HttpRequest, reference: str) -> Person:
    person = person_of(request.seat, reference)
    if person is None:
        raise Http404
    return person


@OURS
def index(request: HttpRequest) -> HttpResponseBase:
    """The people of one's organisation, and the invitations that wait."""
    form = PeopleFilter(request.GET)
    chosen = form.chosen()
    found = people_of(request.seat, search=chosen.get("search", ""), role=chosen.get("role", ""), left=chosen.get("show") == "left")
    if format_ := wanted_format(request):
        return export(request, people_table(found), format_, "people")
    page = page_of(request, found)
    context = {
        "filter": form,
        "page": page,
        "counted": plural(page.paginator.count, "person", "people"),
        "table": people_table(page.object_list, with_leaver=True),
        "invitations": invitations_table(waiting_invitations(request.seat, timezone.now())),
    }
    return render(request, "commissioning/organisations/people.html", context)


@OURS
def person_page(request: HttpRequest, reference: str) -> HttpResponse:
    person = visible(request, reference)
    roles = [(one, Role(one.role), EXPLAINED[Role(one.role)]) for one in person.roles_here]  # type: ignore[attr-defined]
    context = {"person": person, "rows": person_rows(person), "roles": roles}
    return render(request, "commissioning/organisations/person.html", context)


@OURS_TO_CHANGE
def give_roles(request: HttpRequest, reference: str) -> HttpResponse:
    person = visible(request, reference)
    held = frozenset(one.role for one in person.roles_here)  # type: ignore[attr-defined]
    back_url = reverse("organisations:person", args=[person.reference])
    form = GiveRolesForm(posted(request), organisation=request.seat.organisation, held=held, cancel_url=back_url)
    if form.is_valid() and attempt(form, actions.give_roles, person=person, by=request.seat, **form.cleaned_data):
        messages.success(request, f"{person} has the new roles from now on.")
        return redirect("organisations:person", person.reference)
    return render(request, "commissioning/organisations/give_roles.html", {"person": person, "form": form})


@OURS_TO_CHANGE
def end_role(request: HttpRequest, reference: str) -> HttpResponse:
    """End one role of one person. `reference` is that of the membership."""
    membership = get_object_or_404(memberships_visible_to(request.seat).filter(ended_at=None), reference=reference)
    form = ConfirmForm(posted(request), submit_label="End this role")
    if form.is_valid() and attempt(form, actions.end_role, membership=membership, by=request.seat, at=timezone.now()):
        messages.success(request, f"{membership.person} no longer has the role {membership.get_role_display().lower()}.")
        return redirect("organisations:people")
    return render(request, "commissioning/organisations/end_role.html", {"membership": membership, "form": form})


@OURS_TO_CHANGE
def remove(request: HttpRequest, reference: str) -> HttpResponse:
    """A leaver: from the list, one link and one button."""
    person = visible(request, reference)
    form = ConfirmForm(posted(request), submit_label="Remove from the organisation")
    if form.is_valid() and attempt(form, actions.remove, person=person, by=request.seat, at=timezone.now()):
        messages.success(request, f"{person} ({person.email}) is out: every role has ended and every session is closed.")
        return redirect("organisations:people")
    ending = [one.get_role_display() for one in person.roles_here]  # type: ignore[attr-defined]
    context = {"person": person, "form": form, "caption": f"{person.job_title}, {person.email}", "points": ending}
    return render(request, "commissioning/organisations/remove.html", context)


@OURS_TO_CHANGE
def end_sessions(request: HttpRequest, reference: str) -> HttpResponse:
    person = visible(request, reference)
    form = ConfirmForm(posted(request), submit_label="Sign this person out everywhere")
    if form.is_valid() and attempt(form, actions.end_sessions, person=person, by=request.seat):
        messages.success(request, f"{person} is signed out everywhere.")
        return redirect("organisations:person", reference)
    context = {"person": person, "form": form, "title": "Sign out everywhere", "text": "What the person has not sent yet may be lost."}
    return render(request, "commissioning/organisations/confirm.html", context)


@OURS_TO_CHANGE
def send_password_reset(request: HttpRequest, reference: str) -> HttpResponse:
    person = visible(request, reference)
    form = ConfirmForm(posted(request), submit_label="Send the link")
    if form.is_valid() and attempt(form, actions.send_password_reset, person=person, by=request.seat):
        messages.success(request, f"A link to choose a new password is on its way to {person.email}.")
        return redirect("organisations:person", reference)
    text = "The person gets a link by e-mail, good for one hour, and is signed out everywhere. You never learn the password."
    context = {"person": person, "form": form, "title": "Send a link to choose a new password", "text": text}
    return render(request, "commissioning/organisations/confirm.html", context)


@OURS_WITH_CODE
def remove_second_factor(request: HttpRequest, reference: str) -> HttpResponse:
    person = visible(request, reference)
    form = ConfirmForm(posted(request), submit_label="Remove the second factor")
    if form.is_valid() and attempt(form, actions.remove_second_factor, person=person, by=request.seat):
        messages.success(request, f"The second factor of {person} is gone. They set up a new one when they sign in.")
        return redirect("organisations:person", reference)
    text = "Only for somebody who lost their telephone and their recovery codes. Speak to them first: call them on a number that you know."
    context = {"person": person, "form": form, "title": "Remove the second factor", "text": text}
    return render(request, "commissioning/organisations/confirm.html", context)


@signed_in
def roles_page(request: HttpRequest) -> HttpResponse:
    """Every role in words."""
    return render(request, "commissioning/organisations/roles.html", {"roles": EXPLAINED.items()})
