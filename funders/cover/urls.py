from django.urls import path

from funders.cover import views

app_name = "cover"
urlpatterns = [
    path("", views.index, name="list"),
    path("tender/<slug:tender>/", views.tender, name="tender"),
    path("tender/<slug:tender>/propose/", views.propose, name="propose"),
    path("<slug:override>/", views.override, name="override"),
    path("<slug:override>/confirm/", views.confirm, name="confirm"),
    path("<slug:override>/withdraw/", views.withdraw, name="withdraw"),
]
