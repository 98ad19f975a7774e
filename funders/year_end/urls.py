from django.urls import path

from funders.year_end import views

app_name = "year_end"
urlpatterns = [
    path("<slug:code>/", views.years, name="years"),
    path("<slug:code>/prepare/", views.prepare, name="prepare"),
    path("<slug:yearclose>/confirm/", views.confirm, name="confirm"),
]
