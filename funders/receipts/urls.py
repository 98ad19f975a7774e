from django.urls import path

from funders.receipts import views

app_name = "receipts"
urlpatterns = [
    path("", views.index, name="list"),
    path("countersign/<slug:contribution>/", views.countersign, name="countersign"),
    path("reverse/<slug:receipt>/", views.reverse_receipt, name="reverse"),
    path("evidence/<slug:evidence>/", views.evidence, name="evidence"),
    path("receipts/<slug:receipt>/evidence/", views.add_receipt_evidence, name="add_receipt_evidence"),
    path("<slug:instalment>/", views.instalment, name="instalment"),
    path("<slug:instalment>/invoice/", views.invoice, name="invoice"),
    path("<slug:instalment>/receive/", views.receive, name="receive"),
    path("<slug:instalment>/evidence/", views.add_invoice_evidence, name="add_invoice_evidence"),
]
