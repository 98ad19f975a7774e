from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from commissioning.bids import actions, forms, queries
from commissioning.bids.states import BidState
from commissioning.bids.views.asking import bid_of, bidders_only, bidders_read, posted, sent
from commissioning.kernel.views import attempt


@bidders_only
def check(request: HttpRequest, reference: str) -> HttpResponse:
    """Everything as it would be submitted, the declarations, and the button."""
    bid = bid_of(request, reference)
    whole = queries.whole_bid(bid)
    form = forms.SubmitForm(posted(request), cancel_url=reverse("bids:detail", args=[reference]))
    if sent(request, form):
        submission = attempt(form, actions.submit, bid=bid, by=request.seat, now=timezone.now())
        if submission:
            return redirect("bids:receipt", submission.receipt)
        if not queries.is_open_for_bids(bid.tender):
            actions.note_late(bid=bid, by=request.seat)
    context = {"bid": bid, "whole": whole, "form": form, "is_open": queries.is_open_for_bids(bid.tender)}
    return render(request, "commissioning/bids/check.html", context)


@bidders_read
def receipt(request: HttpRequest, receipt: str) -> HttpResponse:
    submission = get_object_or_404(queries.own_submissions(request.seat), receipt=receipt)
    last = queries.last_submission(submission.bid)
    context = {"submission": submission, "bid": submission.bid, "counts": last is not None and last.pk == submission.pk}
    return render(request, "commissioning/bids/receipt.html", context)


@bidders_only
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    bid = bid_of(request, reference)
    if bid.state != BidState.SUBMITTED or not queries.is_open_for_bids(bid.tender):
        raise Http404
    form = forms.WithdrawForm(posted(request), cancel_url=reverse("bids:detail", args=[reference]))
    if sent(request, form) and attempt(form, actions.withdraw, bid=bid, by=request.seat, now=timezone.now()):
        messages.success(request, "The bid is withdrawn. You can submit it again until the deadline.")
        return redirect("bids:detail", reference)
    return render(request, "commissioning/bids/withdraw.html", {"bid": bid, "form": form})


@bidders_read
def hashes(request: HttpRequest, reference: str) -> HttpResponse:
    """After the opening: the hash of every bid that was opened, so that a receipt can be proved."""
    bid = bid_of(request, reference)
    found = queries.hashes_for_bidder(bid)
    if not found:
        raise Http404
    return render(request, "commissioning/bids/hashes.html", {"bid": bid, "bids": found})
