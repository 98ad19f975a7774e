from django.urls import path

from commissioning.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.trail, name="trail"),
    path("<str:hash_>/", views.entry, name="entry"),
]
