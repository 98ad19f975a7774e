from django.urls import include, path

urlpatterns = [
    path("fund/", include("funders.statements.urls")),
    path("contributions/", include("funders.contributions.urls")),
    path("instalments/", include("funders.receipts.urls")),
    path("ledger/", include("funders.ledger.urls")),
]
