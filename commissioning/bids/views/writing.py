from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from commissioning.bids import actions, forms, queries
from commissioning.bids.models import Bid
from commissioning.bids.permissions import can_bid
from commissioning.bids.tables import bid_table, opportunity_table, state_tag, tasks_of
from commissioning.bids.views.asking import bid_of, bidders_only, bidders_post, bidders_read, lot_of, posted, sent
from commissioning.kernel import uploads
from commissioning.kernel.tables import table_response
from commissioning.kernel.views import attempt, page_of, wanted_format
from commissioning.kernel.words import plural
from commissioning.tenders.queries import lots_of, public_tenders


@bidders_read
def index(request: HttpRequest) -> HttpResponseBase:
    found = queries.bids_for(request.seat)
    if wanted := wanted_format(request):
        return table_response(bid_table(found), wanted, "bids")
    page = page_of(request, found)
    context = {
        "page": page,
        "bids": bid_table(page),
        "counted": plural(page.paginator.count, "bid"),
        "open": opportunity_table(queries.opportunities_for(request.seat, timezone.now())),
    }
    return render(request, "commissioning/bids/list.html", context)


@bidders_only
def start(request: HttpRequest, reference: str) -> HttpResponse:
    """Choose lots and begin; who has begun already goes on where they were."""
    tender = get_object_or_404(public_tenders(), reference=reference)
    own = queries.bids_for(request.seat).filter(tender=tender).first()
    if own and request.method == "GET":
        return redirect("bids:detail", own.reference)
    form = forms.LotsForm(posted(request), lots=lots_of(tender), cancel_url=reverse("publication:tender", args=[reference]))
    if sent(request, form):
        bid = attempt(form, actions.start_bid, tender=tender, lots=form.chosen(), by=request.seat, now=timezone.now())
        if bid:
            return redirect(_onwards(bid))
    context = {"tender": tender, "form": form, "may": can_bid(request.seat, tender) and queries.is_open_for_bids(tender)}
    return render(request, "commissioning/bids/start.html", context)


@bidders_read
def detail(request: HttpRequest, reference: str) -> HttpResponse:
    bid = bid_of(request, reference)
    whole = queries.whole_bid(bid)
    is_open = queries.is_open_for_bids(bid.tender)
    context = {
        "bid": bid,
        "tag": state_tag(bid),
        "is_open": is_open,
        "lots": [(one, tasks_of(bid, one, is_open), _sources(whole, one)) for one in whole.lots],
        "files": whole.files,
        "faults": whole.faults,
        "last": queries.last_submission(bid),
        "changed": queries.is_changed_since_submission(whole),
    }
    return render(request, "commissioning/bids/detail.html", context)


def _sources(whole: queries.WholeBid, target: queries.LotOfBid) -> list[queries.LotOfBid]:
    """Lots whose answers could fill gaps of this one."""
    gaps = {one.criterion for one in target.questions if not one.text}
    others = [one for one in whole.lots if one is not target]
    return [one for one in others if any(each.text and each.criterion in gaps for each in one.questions)]


@bidders_only
def lots(request: HttpRequest, reference: str) -> HttpResponse:
    bid = bid_of(request, reference)
    chosen = [str(number) for number in queries.whole_bid(bid).lot_numbers]
    form = forms.LotsForm(
        posted(request), lots=lots_of(bid.tender), initial={"lots": chosen}, version=bid.version, cancel_url=_home_of(bid)
    )
    if sent(request, form):
        if attempt(form, actions.choose_lots, bid=bid, version=form.version, lots=form.chosen(), by=request.seat, now=timezone.now()):
            return redirect("bids:detail", reference)
        bid.refresh_from_db()
        form.renew(bid.version)
    return render(request, "commissioning/bids/lots.html", {"bid": bid, "form": form})


@bidders_only
def answer(request: HttpRequest, reference: str, lot: int, criterion: int) -> HttpResponse:
    bid = bid_of(request, reference)
    whole = queries.whole_bid(bid)
    part, question = lot_of(whole, lot), whole.question(lot, criterion)
    if question is None:
        raise Http404
    others = [one for one in whole.questions if one.criterion == criterion and one.lot != lot]
    form = forms.AnswerForm(posted(request), question=question, others=others, version=question.version, cancel_url=_home_of(bid))
    theirs = ""
    if sent(request, form) and not form.copies():
        where = {"bid": bid, "offer": part.offer, "criterion": question.asked, "version": form.version}
        if attempt(form, actions.save_answer, **where, text=form.cleaned_data["text"], by=request.seat):
            return redirect(_onwards(bid, lot, criterion))
        theirs = question.text if form.version != question.version else ""
        form.renew(question.version)
    context = {"bid": bid, "part": part, "question": question, "form": form, "theirs": theirs}
    return render(request, "commissioning/bids/answer.html", context)


@bidders_post
def copy(request: HttpRequest, reference: str, lot: int) -> HttpResponse:
    """Fill the gaps of one lot with the answers of another."""
    bid = bid_of(request, reference)
    whole = queries.whole_bid(bid)
    form = forms.CopyForm(request.POST, lots=[one.lot.number for one in whole.lots if one.lot.number != lot])
    if form.is_valid():
        source, target = lot_of(whole, int(form.cleaned_data["source"])), lot_of(whole, lot)
        copied = attempt(form, actions.copy_answers, bid=bid, source=source.offer, target=target.offer, by=request.seat)
        if copied is not None:
            messages.success(request, f"{plural(int(copied), 'answer')} copied. Read them again for this area before you submit.")
    for problem in form.non_field_errors():
        messages.error(request, str(problem))
    return redirect("bids:detail", reference)


@bidders_only
def documents(request: HttpRequest, reference: str) -> HttpResponse:
    bid = bid_of(request, reference)
    form = forms.DocumentForm(posted(request), request.FILES if request.method == "POST" else None, cancel_url=_home_of(bid))
    if sent(request, form) and attempt(form, actions.attach, bid=bid, file=form.cleaned_data["file"], by=request.seat):
        messages.success(request, "The document is added.")
        return redirect("bids:documents", reference)
    context = {"bid": bid, "form": form, "files": queries.whole_bid(bid).files, "is_open": queries.is_open_for_bids(bid.tender)}
    return render(request, "commissioning/bids/documents.html", context)


@bidders_read
def document(request: HttpRequest, reference: str) -> HttpResponseBase:
    found = get_object_or_404(queries.own_files(request.seat), reference=reference)
    return uploads.download(found.file.name, name=found.name, content_type=found.content_type)


@bidders_post
def take_back(request: HttpRequest, reference: str) -> HttpResponse:
    found = get_object_or_404(queries.own_files(request.seat), reference=reference)
    form = forms.PlainForm(request.POST)
    if form.is_valid() and attempt(form, actions.take_back, attachment=found, by=request.seat):
        messages.success(request, "The document is taken out of the bid.")
    for problem in form.non_field_errors():
        messages.error(request, str(problem))
    return redirect("bids:documents", found.bid.reference)


def _home_of(bid: Bid) -> str:
    return reverse("bids:detail", args=[bid.reference])


def _onwards(bid: Bid, lot: int = 0, criterion: int = 0) -> str:
    """The next question that needs an answer; when there is none, the page where the bid is checked."""
    whole = queries.whole_bid(bid)
    question = whole.after(lot, criterion)
    return queries.address_of_question(bid, question) if question else reverse("bids:check", args=[bid.reference])
