from django.urls import path

from funders.pooled import views

app_name = "pooled"
urlpatterns = [
    path("reverse/<slug:pooledreceipt>/", views.reverse_receipt, name="reverse"),
    path("<slug:code>/", views.index, name="list"),
    path("<slug:code>/receive/", views.receive, name="receive"),
]
