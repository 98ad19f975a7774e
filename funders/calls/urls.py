from django.urls import path

from funders.calls import views

app_name = "calls"
urlpatterns = [
    path("", views.index, name="list"),
    path("new/<slug:code>/", views.draft, name="draft"),
    path("answer/<slug:callshare>/", views.answer, name="answer"),
    path("receive/<slug:callshare>/", views.receive, name="receive"),
    path("reverse-receipt/<slug:callreceipt>/", views.reverse_receipt, name="reverse_receipt"),
    path("reverse-payment/<slug:callpayment>/", views.reverse_payment, name="reverse_payment"),
    path("<slug:call>/", views.call, name="call"),
    path("<slug:call>/change/", views.change, name="change"),
    path("<slug:call>/ask/", views.ask, name="ask"),
    path("<slug:call>/close/", views.close, name="close"),
    path("<slug:call>/cancel/", views.cancel, name="cancel"),
    path("<slug:call>/pay/", views.pay, name="pay"),
]
