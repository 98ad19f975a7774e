"""The pages of a fund. They stand above the contributions that they show, and are addressed as the pool's."""

from django.urls import path

from funders.statements import views

app_name = "pool"
urlpatterns = [
    path("", views.index, name="list"),
    path("<slug:code>/", views.fund, name="fund"),
    path("<slug:code>/contributions/", views.contributions, name="contributions"),
]
