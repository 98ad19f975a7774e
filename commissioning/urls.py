"""Where everything is. The upper houses are included by name only."""

from django.urls import include, path

urlpatterns = [
    path("", include("commissioning.home.urls")),
    path("account/", include("commissioning.organisations.account_urls")),
    path("people/", include("commissioning.organisations.urls")),
    path("areas/", include("commissioning.areas.urls")),
    path("needs/", include("commissioning.needs.urls")),
    path("measures/", include("commissioning.measures.urls")),
    path("tenders/", include("commissioning.tenders.urls")),
    path("bids/", include("commissioning.bids.urls")),
    path("evaluation/", include("commissioning.evaluation.urls")),
    path("contracts/", include("commissioning.contracts.urls")),
    path("open/", include("commissioning.publication.urls")),
    path("reports/", include("commissioning.reports.urls")),
    path("audit/", include("commissioning.audit.urls")),
    path("", include("funders.urls")),
    path("", include("providers.urls")),
]

handler429 = "commissioning.organisations.views.seats.too_many_requests"
handler500 = "commissioning.kernel.plain_pages.server_error"
