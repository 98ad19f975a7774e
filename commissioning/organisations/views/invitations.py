from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from commissioning.kernel.views import attempt, posted
from commissioning.organisations.actions import invitations as actions
from commissioning.organisations.exports import limit
from commissioning.organisations.forms import AcceptForm, ConfirmForm, InviteForm
from commissioning.organisations.guards import public_page, roles_allowed
from commissioning.organisations.invitation_tokens import token_of
from commissioning.organisations.models import Invitation
from commissioning.organisations.permissions import invitations_visible_to
from commissioning.organisations.queries import invitation_by_token, open_account, open_invitation
from commissioning.organisations.roles import Role, explained

OURS = roles_allowed(Role.ADMINISTRATOR)
OURS_TO_CHANGE = roles_allowed(Role.ADMINISTRATOR, post=(Role.ADMINISTRATOR,))
KEY = "invitation"


@OURS_TO_CHANGE
def invite(request: HttpRequest) -> HttpResponse:
    form = InviteForm(posted(request), organisation=request.seat.organisation, cancel_url=reverse("organisations:people"))
    if form.is_valid():
        limit(request, "invite")
        invitation = attempt(form, actions.invite, by=request.seat, at=timezone.now(), **form.cleaned_data)
        if isinstance(invitation, Invitation):
            return redirect("organisations:invited", invitation.reference)
    return render(request, "commissioning/organisations/invite.html", {"form": form})


@OURS
def invited(request: HttpRequest, reference: str) -> HttpResponse:
    """What became of an invitation. The demo, which sends no e-mail out, shows the link."""
    invitation = get_object_or_404(invitations_visible_to(request.seat), reference=reference)
    waiting = open_invitation(reference, timezone.now()) is not None
    link = request.build_absolute_uri(reverse("organisations:open_invitation", args=[token_of(reference)]))
    context = {
        "invitation": invitation,
        "waiting": waiting,
        "roles": explained(invitation.roles),
        "link": link if settings.DEMO and waiting else "",
    }
    return render(request, "commissioning/organisations/invited.html", context)


@OURS_TO_CHANGE
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    invitation = get_object_or_404(invitations_visible_to(request.seat), reference=reference)
    form = ConfirmForm(posted(request), submit_label="Withdraw the invitation")
    if form.is_valid() and attempt(form, actions.withdraw, invitation=invitation, by=request.seat, at=timezone.now()):
        messages.success(request, f"The invitation of {invitation.email} is withdrawn. Its link no longer works.")
        return redirect("organisations:people")
    return render(request, "commissioning/organisations/withdraw.html", {"invitation": invitation, "form": form})


@public_page
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the e-mail: the secret goes into the session and out of the address."""
    limit(request, "accept_invitation")
    invitation = invitation_by_token(token, timezone.now())
    if invitation is None:
        return unusable(request)
    request.session[KEY] = invitation.reference
    return redirect("organisations:accept")


@public_page(post=True)
def accept(request: HttpRequest) -> HttpResponse:
    """Job title and password, then in; somebody who has an account signs in and joins with one button."""
    invitation = open_invitation(request.session.get(KEY, ""), timezone.now())
    if invitation is None:
        return unusable(request)
    if request.seat.signed_in or open_account(invitation.email):
        return join(request, invitation)
    form = AcceptForm(posted(request), invitation=invitation)
    if form.is_valid():
        person = attempt(form, actions.accept, invitation=invitation, at=timezone.now(), **form.cleaned_data)
        if person:
            del request.session[KEY]
            record_authentication(request, person, method="password", email=invitation.email)
            return perform_login(request, person, redirect_url=reverse("home"))
    return render(request, "commissioning/organisations/accept.html", context_of(invitation, form))


def join(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    if not request.seat.signed_in:
        return redirect_to_login(request.path)
    if request.seat.person.email != invitation.email:
        return render(request, "commissioning/organisations/other_account.html", {"invitation": invitation}, status=403)
    form = ConfirmForm(posted(request), submit_label=f"Join {invitation.organisation}")
    if form.is_valid() and attempt(form, actions.join, invitation=invitation, by=request.seat, at=timezone.now()):
        del request.session[KEY]
        messages.success(request, f"You can act for {invitation.organisation} now: choose it at the top of the page.")
        return redirect("home")
    return render(request, "commissioning/organisations/accept.html", context_of(invitation, form))


def context_of(invitation: Invitation, form: ConfirmForm | AcceptForm) -> dict[str, object]:
    return {"invitation": invitation, "form": form, "roles": explained(invitation.roles)}


def unusable(request: HttpRequest) -> HttpResponse:
    """Used, withdrawn, run out or never there: one answer."""
    return render(request, "commissioning/organisations/unusable.html", status=404)
