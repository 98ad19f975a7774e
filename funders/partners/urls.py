from django.urls import path

from funders.partners import views

app_name = "partners"
urlpatterns = [
    path("", views.own, name="own"),
    path("agreements/<slug:pledge>.pdf", views.agreement, name="agreement"),
]
