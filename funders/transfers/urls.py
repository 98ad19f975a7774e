from django.urls import path

from funders.transfers import views

app_name = "transfers"
urlpatterns = [
    path("confirm/<slug:pottransfer>/", views.confirm, name="confirm"),
    path("drop/<slug:pottransfer>/", views.drop, name="drop"),
    path("reverse/<slug:pottransfer>/", views.reverse_transfer, name="reverse"),
    path("<slug:code>/", views.index, name="list"),
    path("<slug:code>/move/", views.move, name="move"),
]
