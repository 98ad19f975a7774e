from django.urls import path

from funders.contributions import views

app_name = "contributions"
urlpatterns = [
    path("", views.index, name="list"),
    path("pledge/<slug:code>/", views.make_pledge, name="make_pledge"),
    path("indicative/<slug:code>/", views.note_indicative, name="note_indicative"),
    path("evidence/<slug:evidence>/", views.evidence, name="evidence"),
    path("pledges/<slug:reference>/", views.pledge, name="pledge"),
    path("pledges/<slug:reference>/agree/", views.agree, name="agree"),
    path("<slug:reference>/", views.contribution, name="contribution"),
    path("<slug:reference>/change/", views.change, name="change"),
    path("<slug:reference>/firm-up/", views.firm_up, name="firm_up"),
    path("<slug:reference>/condition/", views.condition, name="condition"),
    path("<slug:reference>/condition/met/", views.met, name="met"),
    path("<slug:reference>/condition/open/", views.unmet, name="unmet"),
    path("<slug:reference>/reduce/", views.reduce, name="reduce"),
    path("<slug:reference>/terms/", views.terms, name="terms"),
    path("<slug:reference>/lapse/", views.lapse, name="lapse"),
    path("<slug:reference>/evidence/<int:event>/", views.add_evidence, name="add_evidence"),
    path("<slug:reference>/withdraw/", views.withdraw, name="withdraw"),
]
