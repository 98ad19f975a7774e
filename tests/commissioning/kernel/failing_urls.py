"""Addresses that fail in known ways beside the real ones, for the tests of the middleware."""

from django.db import OperationalError
from django.http import HttpResponse
from django.urls import path

from commissioning import urls
from commissioning.kernel.views import takes_files
from commissioning.organisations.guards import public_page, signed_in


@public_page
def database_away(request):
    raise OperationalError("server closed the connection unexpectedly")


@public_page
def hidden_cause(request):
    try:
        raise OperationalError("connection refused")
    except OperationalError:
        raise RuntimeError("while saying sorry")  # noqa: B904


@public_page
def slip(request):
    raise RuntimeError("a slip of ours")


@public_page(post=True)
def public(request):
    return HttpResponse("public")


@takes_files(60 * 2**20)
@public_page(post=True)
def larger(request):
    return HttpResponse("larger")


@signed_in
def private(request):
    return HttpResponse("private")


urlpatterns = [
    path("away/", database_away),
    path("api/away/", database_away),
    path("hidden/", hidden_cause),
    path("slip/", slip),
    path("public/", public),
    path("larger/", larger),
    path("private/", private),
    *urls.urlpatterns,
]
handler404 = getattr(urls, "handler404", "django.views.defaults.page_not_found")
handler500 = getattr(urls, "handler500", "django.views.defaults.server_error")
