from django.urls import path

from funders.receipts import views

app_name = "receipts"
urlpatterns = [
    path("", views.index, name="list"),
    path("countersign/<slug:contribution>/", views.countersign, name="countersign"),
    path("reverse/<slug:receipt>/", views.reverse_receipt, name="reverse"),
    path("<slug:instalment>/", views.instalment, name="instalment"),
    path("<slug:instalment>/invoice/", views.invoice, name="invoice"),
    path("<slug:instalment>/receive/", views.receive, name="receive"),
]
