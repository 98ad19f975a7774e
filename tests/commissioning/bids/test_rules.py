import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.bids.rules import (
    MOST_BYTES,
    MOST_FILES,
    BidRefused,
    Question,
    SealBroken,
    canonical,
    check_complete,
    check_room,
    check_seal,
    content_hash,
    content_of,
)

texts = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"))
contents = st.recursive(texts | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=10)
QUESTION = Question(lot=2, criterion=1, title="One way in", text="", word_limit=3)


def whole(**changes):
    files = [{"reference": "BID-1", "name": "plan.pdf", "size": 3, "sha256": "ab"}]
    parts = {"bid": "BID-7", "tender": "T-1", "organisation": "Weald", "lots": [{"lot": 1, "answers": []}], "files": files}
    return content_of(**{**parts, **changes})


class TestQuestion:
    def test_no_answer(self):
        assert QUESTION.fault == "Lot 2: One way in has no answer."
        assert replace(QUESTION, text=" \n ").fault == "Lot 2: One way in has no answer."

    def test_just_enough(self):
        assert replace(QUESTION, text="one  two\nthree").fault == ""

    def test_a_word_too_many(self):
        assert replace(QUESTION, text="one two three four").fault == "Lot 2: One way in is 1 word over its limit of 3."


def test_a_complete_bid_passes_and_faults_are_listed():
    check_complete([])
    with pytest.raises(BidRefused, match=r"This bid is not complete\. No lot is chosen\."):
        check_complete(["No lot is chosen."])


class TestRoom:
    def test_up_to_the_limits(self):
        check_room(files=MOST_FILES - 1, used_bytes=MOST_BYTES - 5, adding_bytes=5)

    @pytest.mark.parametrize(("files", "adding"), [(MOST_FILES, 1), (0, MOST_BYTES + 1)])
    def test_beyond(self, files, adding):
        with pytest.raises(BidRefused) as caught:
            check_room(files=files, used_bytes=0, adding_bytes=adding)
        assert caught.value.field == "file"


class TestReceipt:
    @given(contents)
    def test_the_same_content_has_the_same_hash_whatever_its_order(self, content):
        again = json.loads(json.dumps({"a": content, "b": 1}))
        assert content_hash({"b": 1, "a": content}) == content_hash(again)

    @given(texts, texts)
    def test_another_text_has_another_hash(self, one, other):
        assert (content_hash({"text": one}) == content_hash({"text": other})) is (one == other)

    def test_the_canonical_form_is_written_in_one_way(self):
        assert canonical({"b": "é", "a": [1, "x"]}) == '{"a":[1,"x"],"b":"é"}'.encode()

    def test_a_known_hash(self):
        assert content_hash({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"

    def test_the_seal_holds(self):
        content = whole()
        check_seal(receipt="RCT-1", content=content, sha256=content_hash(content), files={"BID-1": "ab"})

    @pytest.mark.parametrize("changes", [{"organisation": "Other"}, {"lots": [{"lot": 2, "answers": []}]}])
    def test_changed_content_breaks_the_seal(self, changes):
        with pytest.raises(SealBroken, match="The content of RCT-1"):
            check_seal(receipt="RCT-1", content=whole(**changes), sha256=content_hash(whole()), files={"BID-1": "ab"})

    @pytest.mark.parametrize("files", [{"BID-1": "cd"}, {}])
    def test_a_changed_or_missing_document_breaks_the_seal(self, files):
        with pytest.raises(SealBroken, match="A document of RCT-1"):
            check_seal(receipt="RCT-1", content=whole(), sha256=content_hash(whole()), files=files)
