"""Where everything is. The upper houses are included by name only."""

from django.urls import include, path

urlpatterns = [
    path("account/", include("allauth.urls")),
]
