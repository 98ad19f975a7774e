from django.urls import path

from commissioning.publication import views

app_name = "publication"
urlpatterns = [
    path("", views.tenders, name="tenders"),
    path("contracts/", views.contracts, name="contracts"),
    path("<slug:reference>/", views.tender, name="tender"),
]
