from django.urls import path

from commissioning.contracts import views

app_name = "contracts"
urlpatterns = [
    path("", views.index, name="list"),
    path("award/<str:reference>/", views.make, name="make"),
    path("<str:reference>/", views.contract, name="contract"),
    path("<str:reference>/sign/", views.sign, name="sign"),
]
