from django.urls import path

from funders.contributions import views

app_name = "contributions"
urlpatterns = [
    path("", views.index, name="list"),
    path("pledge/<slug:code>/", views.make_pledge, name="make_pledge"),
    path("pledges/<slug:reference>/", views.pledge, name="pledge"),
    path("pledges/<slug:reference>/agree/", views.agree, name="agree"),
    path("<slug:reference>/", views.contribution, name="contribution"),
    path("<slug:reference>/change/", views.change, name="change"),
    path("<slug:reference>/withdraw/", views.withdraw, name="withdraw"),
]
