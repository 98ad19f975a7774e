from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from commissioning.organisations import kept_forms, sessions
from commissioning.organisations.guards import signed_in


@signed_in(get=False)
def switch(request: HttpRequest) -> HttpResponse:
    """Act for another of one's organisations."""
    code = request.POST.get("organisation", "")
    organisation = next((one for one in request.seat.others if one.code == code), None)
    if organisation is None:
        raise Http404
    sessions.sit_down(request, organisation)
    messages.success(request, f"You now act for {organisation}.")
    return redirect("home")


def out_of_date(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose secret token does not fit: from a page opened before signing in again, or from somewhere else."""
    kept = kept_forms.own_page_sent(request)
    if kept:
        return kept_forms.offer(request, kept, status=403)
    return render(request, "errors/403_csrf.html", status=403)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    response = render(request, "errors/429.html", status=429)
    response["Retry-After"] = "300"
    return response
