"""Two small pages behind a guard: one with a form of the portal, one that acts at once. An address book for tests."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import include, path

from commissioning.organisations.guards import recently_signed_in, roles_allowed
from commissioning.organisations.roles import Role
from commissioning.urls import handler429
from commissioning.urls import urlpatterns as portal

__all__ = ["handler429", "urlpatterns"]


class NoteForm(forms.Form):
    note = forms.CharField(min_length=5)


@roles_allowed(Role.COMMISSIONER, post=(Role.COMMISSIONER,))
def note(request):
    form = NoteForm(request.POST or None)
    if form.is_valid():
        request.seat.person.job_title = form.cleaned_data["note"]
        request.seat.person.save()
        return redirect("home")
    return HttpResponse(f"<form>{form.as_p()}</form>")


@recently_signed_in
@roles_allowed(Role.COMMISSIONER, post=(Role.COMMISSIONER,))
def grave(request):
    return note(request)


urlpatterns = [
    *portal,
    path("test/", include([path("note/", note, name="test_note"), path("grave/", grave, name="test_grave")])),
]
