from django.urls import path

from funders.in_kind import views

app_name = "in_kind"
urlpatterns = [
    path("", views.index, name="list"),
    path("post/<slug:code>/", views.give_post, name="give_post"),
    path("other/<slug:code>/", views.give_other, name="give_other"),
    path("evidence/<slug:evidence>/", views.evidence, name="evidence"),
    path("<slug:gift>/", views.gift, name="gift"),
    path("<slug:gift>/agree/", views.agree, name="agree"),
    path("<slug:gift>/withdraw/", views.withdraw, name="withdraw"),
    path("<slug:gift>/evidence/", views.add_evidence, name="add_evidence"),
]
