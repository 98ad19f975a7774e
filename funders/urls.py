from django.urls import include, path

urlpatterns = [
    path("fund/", include("funders.pool.urls")),
    path("contributions/", include("funders.contributions.urls")),
]
