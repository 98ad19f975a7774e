from django.urls import path

from providers.returns.views import filling, lists, reviewing, signing

app_name = "returns"
urlpatterns = [
    path("", lists.index, name="list"),
    path("inbox/", lists.inbox, name="inbox"),
    path("queries/<str:reference>/", reviewing.query, name="query"),
    path("<str:reference>/", reviewing.outcome_return, name="return"),
    path("<str:reference>/fill/<slug:part>/", filling.part, name="part"),
    path("<str:reference>/check/", filling.check, name="check"),
    path("<str:reference>/certify/", signing.certify, name="certify"),
    path("<str:reference>/hand-back/", signing.hand_back, name="hand_back"),
    path("<str:reference>/receipt/", signing.receipt, name="receipt"),
    path("<str:reference>/versions/", reviewing.versions, name="versions"),
    path("<str:reference>/query/<str:figure>/", reviewing.ask, name="ask"),
]
