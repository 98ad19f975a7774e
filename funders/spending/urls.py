from django.urls import path

from funders.spending import views

app_name = "spending"
urlpatterns = [
    path("budget/<slug:code>/", views.budget, name="budget"),
    path("invoices/", views.index, name="list"),
    path("invoices/send/<slug:contract>/", views.send, name="send"),
    path("invoices/reverse/<slug:payment>/", views.reverse_payment, name="reverse"),
    path("invoices/<slug:invoice>/", views.invoice, name="invoice"),
    path("invoices/<slug:invoice>/approve/", views.approve, name="approve"),
    path("invoices/<slug:invoice>/return/", views.return_invoice, name="return"),
    path("invoices/<slug:invoice>/pay/", views.pay, name="pay"),
]
