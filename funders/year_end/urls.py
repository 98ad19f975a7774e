from django.urls import path

from funders.year_end import views

app_name = "year_end"
urlpatterns = [
    path("<slug:code>/", views.years, name="years"),
    path("<slug:code>/prepare/", views.prepare, name="prepare"),
    path("<slug:yearclose>/confirm/", views.confirm, name="confirm"),
    path("<slug:yearclose>/shares/<int:number>/pay/", views.pay_share, name="pay_share"),
    path("payments/<slug:sharepayout>/reverse/", views.reverse_payout, name="reverse_payout"),
]
