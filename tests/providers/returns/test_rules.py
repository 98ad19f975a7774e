from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from providers.returns.kinds import Timeliness
from providers.returns.rules.checks import Facts, ReturnRefused, findings, h18_two_people
from providers.returns.rules.figures import (
    FigureRefused,
    Ratio,
    is_large_change,
    ratio_of,
    read_count,
    read_figure,
    sheet_of,
    supported_in_year,
    tidy_typed,
)
from providers.returns.rules.lateness import days_late, timeliness
from providers.returns.rules.screening import PersonalDataRefused, check_text, personal_data
from providers.returns.rules.versions import Difference, differences, figures_as_data, figures_from_data, sha256_of

TODAY = date(2026, 11, 22)
SERVICES = ("IDVA_HR", "OUT")


@dataclass(frozen=True)
class Measure:
    code: str
    name: str
    section: str
    unit: str = "cases"
    entered: bool = True
    by_service: bool = True
    numerator: str = ""
    denominator: str = ""


MEASURES = (
    Measure("A01", "Referrals received", "referrals"),
    Measure("A02N", "Referrals accepted", "referrals"),
    Measure("A02", "Referrals accepted, percent", "referrals", "percent", False, numerator="A02N", denominator="A01"),
    Measure("B01", "Open at the start", "caseload", entered=False),
    Measure("B02", "Started", "caseload"),
    Measure("B03P", "Closed as planned", "caseload"),
    Measure("B03U", "Closed unplanned", "caseload"),
    Measure("B04", "Open at the end", "caseload", entered=False, numerator="B01 + B02 - B03P - B03U"),
    Measure("B05", "Victims supported", "caseload", "people", False, numerator="B01 + B02"),
    Measure("E01N", "Closed with an exit review", "outcomes"),
    Measure("E02N", "All abuse ceased at exit", "outcomes"),
    Measure("E01", "Exit reviews completed, percent", "outcomes", "percent", False, numerator="E01N", denominator="B03P + B03U"),
    Measure("E02", "All abuse ceased at exit, percent", "outcomes", "percent", False, numerator="E02N", denominator="E01N"),
    Measure("F04", "Spend to date", "money", "pounds", by_service=False),
)
BY_CODE = {measure.code: measure for measure in MEASURES}
GOOD = {"A01": 20, "A02N": 15, "B01": 30, "B02": 12, "B03P": 6, "B03U": 4, "E01N": 9, "E02N": 7}


def figures(**changed):
    values = {(code, service): Decimal(value) for code, value in GOOD.items() for service in SERVICES}
    values["F04", ""] = Decimal("60000.00")
    for name, value in changed.items():
        code, _, service = name.partition("_")
        values[code, service] = None if value is None else Decimal(value)
    return values


def found(*, typed=None, opening=None, spent_before=None, notes=None, floors=None, **changed):
    facts = Facts(
        measures=MEASURES,
        services=SERVICES,
        sheet=sheet_of(figures(**changed), MEASURES, SERVICES),
        day=TODAY,
        typed=typed or {},
        opening={"IDVA_HR": Decimal(30), "OUT": Decimal(30)} if opening is None else opening,
        spent_before=spent_before,
        notes=notes or {},
        floors=floors or {},
    )
    return [(one.rule, one.key, one.sentence) for one in findings(facts)]


# Reading figures


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("0", 0),
        ("007", 7),
        ("1,300", 1300),
        ("1 300", 1300),
        ("1\u00a0300", 1300),
        (" 12 ", 12),
        ("\u00a012\u00a0", 12),
        ("\ufeff12", 12),
        ("999,999", 999999),
        ("", None),
        ("   ", None),
        ("\u00a0", None),
    ],
)
def test_a_count_as_people_type_it(text, value):
    assert read_count(text) == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<5", "Enter the exact number"),
        ("5-10", "Enter the exact number"),
        ("5 to 10", "Enter the exact number"),
        ("n/a", "Enter 0 if you counted and found none"),
        ("N/A", "Enter 0 if you counted and found none"),
        ("none", "Enter 0 if you counted and found none"),
        ("-", "Enter 0 if you counted and found none"),
        ("-1", "Enter 0 or more"),
        ("−1", "Enter 0 or more"),
        ("1.5", "Enter a whole number, without a decimal point"),
        ("12.", "Enter a whole number, without a decimal point"),
        ("1,30", "Enter a whole number, for example"),
        ("1 2", "Enter a whole number, for example"),
        ("12 people", "Enter a whole number, for example"),
        ("1e3", "Enter a whole number, for example"),
        ("=SUM(A1)", "Enter a whole number, for example"),
        ("+12", "Enter a whole number, for example"),
        ("١٢", "Enter a whole number, for example"),
        ("１２", "Enter a whole number, for example"),
        ("1\x002", "Enter a whole number, for example"),
        ("twelve", "Enter a whole number, for example"),
        ("1" + "0" * 30, "Check this number: it is larger than 999,999"),
        ("1000000", "Check this number: it is larger than 999,999"),
    ],
)
def test_h03_what_is_no_whole_number_is_refused_with_a_remedy(text, words):
    with pytest.raises(FigureRefused) as refused:
        read_count(text)
    assert str(refused.value).startswith(words)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=40))
def test_any_text_is_a_count_a_blank_or_a_refusal(text):
    value = words = None
    try:
        value = read_count(text)
    except FigureRefused as refused:
        words = str(refused)
    assert value is None or 0 <= value <= 999_999
    assert words is None or 10 < len(words) < 120


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 999_999))
def test_a_count_reads_back_as_it_is_shown(number):
    assert read_count(f"{number:,}") == number


@pytest.mark.parametrize(("text", "value"), [("£121,250.05", "121250.05"), ("0", "0.00"), ("", None), (" 12 ", "12.00")])
def test_money_is_read_to_the_penny(text, value):
    assert read_figure(text, "pounds") == (None if value is None else Decimal(value))


@pytest.mark.parametrize("text", ["-1", "12k", "1.234", "n/a", "£", "1e9", "\x00"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(FigureRefused):
        read_figure(text, "pounds")


def test_what_was_typed_is_kept_short_and_printable():
    assert tidy_typed("1\x00<5\r\n" + "x" * 99) == "1<5" + "x" * 37


# What follows from the figures

FLOW = ((40, 30, 22), (48, 25, 27), (46, 28, 30), (44, 31, 26))


def test_the_flow_of_a_year_balances():
    opening, supported, ends = 40, [], []
    for stated, started, closed in FLOW:
        assert opening == stated
        values = {
            ("B01", "OUT"): Decimal(opening),
            ("B02", "OUT"): Decimal(started),
            ("B03P", "OUT"): Decimal(closed),
            ("B03U", "OUT"): Decimal(0),
        }
        sheet = sheet_of(values, MEASURES, ("OUT",))
        supported.append(sheet["B05", ""])
        ends.append(sheet["B04", ""])
        opening = int(sheet["B04", ""])
    assert supported == [70, 73, 74, 75]
    assert ends[-1] == 49
    assert supported_in_year(40, [started for _, started, _ in FLOW]) == 154
    assert sum(supported) == 292


def test_42_and_32_and_17_are_91_as_the_paper_states_them():
    stated = {("B05", "IDVA_HR"): Decimal(42), ("B05", "OUT"): Decimal(32), ("B05", "REF"): Decimal(17)}
    sheet = sheet_of(stated, MEASURES, ("IDVA_HR", "OUT", "REF"))
    assert sheet["B05", ""] == 91
    assert sheet["B04", ""] is None


def test_a_total_with_a_blank_part_is_unknown():
    sheet = sheet_of(figures(B02_OUT=None), MEASURES, SERVICES)
    assert (sheet["B02", ""], sheet["B05", "OUT"], sheet["B05", "IDVA_HR"], sheet["B05", ""]) == (None, None, 42, None)


def test_a_share_carries_numerator_and_denominator():
    sheet = sheet_of(figures(), MEASURES, SERVICES)
    assert ratio_of(BY_CODE["E01"], sheet) == Ratio(18, 20)
    assert ratio_of(BY_CODE["E01"], sheet, "OUT") == Ratio(9, 10)
    assert (Ratio(18, 20).percent, Ratio(1, 3).percent, Ratio(1, 16).percent, Ratio(0, 0).percent) == (
        Decimal(90),
        Decimal("33.3"),
        Decimal("6.3"),
        None,
    )
    assert ratio_of(BY_CODE["E01"], {}) is None


@pytest.mark.parametrize(
    ("new", "old", "expected"),
    [(20, 12, True), (19, 12, False), (40, 32, False), (41, 32, True), (0, 8, True), (None, 8, False), (8, 0, True)],
)
def test_a_large_change_is_more_than_a_quarter_and_eight_or_more(new, old, expected):
    assert is_large_change(None if new is None else Decimal(new), Decimal(old)) is expected


# The hard checks


def test_a_good_return_passes_every_check():
    assert found() == []


def test_h03_a_blank_is_not_zero():
    assert found(B02_OUT=None) == [
        ("H03", ("B02", "OUT"), "Enter started, Outreach (medium and standard risk). If there was none, enter 0"),
    ]
    assert found(B02_OUT=0, B03P_OUT=3, B03U_OUT=2, E01N_OUT=5, E02N_OUT=5) == []


def test_h03_says_why_what_was_typed_is_no_figure():
    assert found(A01_OUT=None, typed={("A01", "OUT"): "<5"}) == [
        (
            "H03",
            ("A01", "OUT"),
            "Referrals received, Outreach (medium and standard risk): enter the exact number. Only you and your commissioner see it; "
            "small numbers are protected for others",
        ),
    ]
    assert found(A01_OUT=None, typed={("A01", "OUT"): "12"})[0][2].endswith("enter this figure again")


def test_h03_asks_for_the_opening_caseload_of_a_first_return_only():
    assert found(opening={}, B01_OUT=None)[0][:2] == ("H03", ("B01", "OUT"))
    assert found(B01_OUT=None) == []


def test_h04_the_opening_caseload_is_the_last_end():
    assert found(opening={"IDVA_HR": Decimal(30), "OUT": Decimal(31)}) == [
        (
            "H04",
            ("B01", "OUT"),
            "Open at the start, Outreach (medium and standard risk) must be 31, as your last accepted return ended. "
            "If that is wrong, the last return has to be corrected",
        ),
    ]


def test_h05_more_cannot_be_closed_than_were_open():
    assert found(B03P_OUT=40, E01N_OUT=9)[0] == (
        "H05",
        ("B03P", "OUT"),
        "More cases were closed than were open or started: 2 too many for Outreach (medium and standard risk). Check started and closed",
    )
    assert found(B03P_OUT=38, E01N_OUT=9) == []


def test_h06_accepted_referrals_are_part_of_those_received():
    assert found(A02N_OUT=21) == [("H06", ("A02N", "OUT"), "Referrals accepted (21) cannot be more than referrals received (20)")]
    assert found(A02N_OUT=20) == []


@pytest.mark.parametrize(
    ("changed", "key", "sentence"),
    [
        ({"E01N_OUT": 11}, "E01N", "Closed with an exit review (11) cannot be more than closed as planned and closed unplanned (10)"),
        ({"E02N_OUT": 10}, "E02N", "All abuse ceased at exit (10) cannot be more than closed with an exit review (9)"),
    ],
)
def test_h09_a_part_is_not_above_its_whole(changed, key, sentence):
    assert found(**changed) == [("H09", (key, "OUT"), sentence)]


def test_h13_spend_to_date_goes_down_only_with_a_credit_note():
    sentence = "Spend to date cannot be less than last time (£60,000.01). If there was a credit note, say so below"
    assert found(spent_before=Decimal("60000.01")) == [("H13", ("F04", ""), sentence)]
    assert found(spent_before=Decimal("60000.01"), notes={"money": "Credit note for rent"}) == []
    assert found(spent_before=Decimal("60000.00")) == []


def test_h14_words_explain_what_is_below_its_floor():
    sentence = "Say in your own words why this is below its floor: all abuse ceased at exit (77.8%, floor 78%)"
    assert found(floors={"E02": Decimal(78)}) == [("H14", ("words", ""), sentence)]
    assert found(floors={"E02": Decimal(78)}, notes={"words": "A post stood empty."}) == []
    assert found(floors={"E02": Decimal(77)}) == []


def test_h15_words_hold_nothing_that_points_to_a_person():
    assert found(notes={"words": "Ask jo@example.org"}) == [
        ("H15", ("words", ""), "Take out “jo@example.org”: it looks like an e-mail address"),
    ]


def test_findings_stand_in_the_order_in_which_one_fills_in():
    rules = [(rule, key) for rule, key, _ in found(E02N_OUT=10, A01_IDVA_HR=None, F04_=None, notes={"words": "call 07700 900123"})]
    assert rules == [("H03", ("A01", "IDVA_HR")), ("H09", ("E02N", "OUT")), ("H03", ("F04", "")), ("H15", ("words", ""))]


def test_h18_who_certifies_is_not_who_prepared():
    h18_two_people(preparer=1, certifier=2)
    h18_two_people(preparer=None, certifier=2)
    with pytest.raises(ReturnRefused, match="You prepared this return yourself"):
        h18_two_people(preparer=1, certifier=1)


# Words


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Write to jo.bloggs+da@council.gov.uk please", "an e-mail address"),
        ("Her number is 07700 900123.", "a telephone number"),
        ("Ring 01622-000000 after six", "a telephone number"),
        ("+44 7700 900 123", "a telephone number"),
        ("She moved to ME14 1XX in May", "a postcode"),
        ("me141xx", "a postcode"),
        ("NHS 943 476 5919", "an NHS number"),
        ("9434765919", "an NHS number"),
        ("DOB 3/4", "a date of birth"),
        ("date of birth unknown", "a date of birth"),
        ("born 3 May", "a date of birth"),
        ("Client, 12/03/1984, moved", "a date of birth"),
        ("Client, 12 March 1984, moved", "a date of birth"),
        ("12.3.84", "a date of birth"),
        ("lives at 12 High Street", "a street address"),
        ("the address of our refuge changed", "words that say where a refuge is"),
        ("The refuge is located behind the church", "words that say where a refuge is"),
        ("refuge in Gravesend", "words that say where a refuge is"),
    ],
)
def test_personal_data_is_found(text, kind):
    assert kind in [one.kind for one in personal_data(text, TODAY)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A quiet quarter. Two posts stand empty since July 2026.",
        "42 + 32 + 17 = 91 victims supported, £121,250.00 spent, 63% ceased.",
        "Referrals rose from 1,300 to 1,450; see E02 and B03 of 2026/27 Q2.",
        "The new office opened on 1 October 2026.",
        "The refuge was full; waiting times fell in outreach.",
        "Reference R-7K3M9QXD, return of 20/10/2026.",
        "NHS 943 476 5918 is no such number",
        "31/02/1984 is no date",
        "We refer to MARAC and to the IDVA in court each week.",
    ],
)
def test_plain_words_pass(text):
    assert personal_data(text, TODAY) == []


def test_what_is_found_is_named_to_the_writer_only():
    with pytest.raises(PersonalDataRefused) as refused:
        check_text("Call 07700 900123 or jo@example.org", TODAY, field="note")
    assert str(refused.value) == (
        "Take out what could point to a person or a refuge: “jo@example.org” looks like an e-mail address; "
        "“07700 900123” looks like a telephone number"
    )
    assert refused.value.field == "note"


# Lateness


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"today": date(2026, 10, 20)}, Timeliness.DUE),
        ({"today": date(2026, 10, 21)}, Timeliness.OVERDUE),
        ({"today": date(2026, 11, 22), "closed": True}, Timeliness.MISSING),
        ({"submitted_on": date(2026, 10, 20)}, Timeliness.ON_TIME),
        ({"submitted_on": date(2026, 10, 21)}, Timeliness.LATE),
        ({"submitted_on": date(2026, 10, 21), "due_on": date(2026, 10, 30), "extended_from": date(2026, 10, 20)}, Timeliness.EXTENDED),
        ({"submitted_on": date(2026, 10, 20), "due_on": date(2026, 10, 30), "extended_from": date(2026, 10, 20)}, Timeliness.ON_TIME),
        ({"submitted_on": date(2026, 10, 31), "due_on": date(2026, 10, 30), "extended_from": date(2026, 10, 20)}, Timeliness.LATE),
    ],
)
def test_how_a_return_stands_to_its_due_day(told, expected):
    asked = {"due_on": date(2026, 10, 20), "extended_from": None, "submitted_on": None, "today": TODAY}
    assert timeliness(**{**asked, **told}) == expected


def test_days_late():
    due = date(2026, 10, 20)
    assert days_late(due_on=due, submitted_on=None, today=date(2026, 11, 10)) == 21
    assert days_late(due_on=due, submitted_on=date(2026, 10, 23), today=TODAY) == 3
    assert days_late(due_on=due, submitted_on=date(2026, 10, 19), today=TODAY) == 0


# Versions


def test_figures_survive_as_data_and_blanks_are_left_out():
    values = figures(B02_OUT=None)
    content = {"figures": figures_as_data(values)}
    assert figures_from_data(content) == {key: value for key, value in values.items() if value is not None}


def test_the_hash_does_not_depend_on_the_order_of_keys():
    assert sha256_of({"a": 1, "b": "é"}) == sha256_of({"b": "é", "a": 1})
    assert sha256_of({"a": 1}) != sha256_of({"a": 2})


def test_differences_between_two_versions():
    new = figures(B02_OUT=10, B02_IDVA_HR=None)
    assert differences(figures(), new) == [
        Difference(("B02", "IDVA_HR"), Decimal(12), None),
        Difference(("B02", "OUT"), Decimal(12), Decimal(10)),
    ]
    assert differences(new, new) == []
