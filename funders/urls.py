from django.urls import include, path

urlpatterns = [
    path("fund/", include("funders.pool.urls")),
    path("fund/", include("funders.statements.urls")),
    path("contributions/", include("funders.contributions.urls")),
    path("partner/", include("funders.partners.urls")),
    path("in-kind/", include("funders.in_kind.urls")),
    path("instalments/", include("funders.receipts.urls")),
    path("transfers/", include("funders.transfers.urls")),
    path("pooled-money/", include("funders.pooled.urls")),
    path("calls/", include("funders.calls.urls")),
    path("bank/", include("funders.banking.urls")),
    path("year-end/", include("funders.year_end.urls")),
    path("scenarios/", include("funders.scenarios.urls")),
    path("statements/", include("funders.accounts.urls")),
    path("cover/", include("funders.cover.urls")),
    path("ledger/", include("funders.ledger.urls")),
    path("budget/", include("funders.budget.urls")),
    path("", include("funders.spending.urls")),
]
