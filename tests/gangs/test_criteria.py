"""The rule engine by tables of cases: what makes a member, and what never does (F1, F3)."""

from dataclasses import replace
from datetime import date

import pytest

from gangs import criteria
from gangs.criteria import Cited, Offered, judge
from gangs.declared import rules

TODAY = date(2026, 11, 30)
CONTEXT = [c.code for c in rules().criteria.values() if not c.counts]


def cite(criterion: str, number: int = 1, **fields: object) -> Cited:
    given = {
        "record_id": number,
        "criterion": criterion,
        "roles": ("suspect",),
        "event": f"event {number}",
        "on": date(2026, 10, 1),
        "source": "1",
        "assessment": "B",
    }
    return Cited(**{**given, **fields})  # type: ignore[arg-type]


TWO = (cite("offending_together", 1), cite("intelligence", 2))


def offer(*evidence: Cited, status: str = "member", **fields: object) -> Offered:
    given = {
        "status": status,
        "evidence": evidence,
        "rationale": "Arrested with two evidenced members for a robbery",
        "is_child": False,
        "on": TODAY,
    }
    return Offered(**{**given, **fields})  # type: ignore[arg-type]


def refused(offered: Offered) -> set[str]:
    return {fault.rule for fault in judge(offered)}


def braked(offered: Offered) -> bool:
    return any(fault.brake for fault in judge(offered))


def test_f3_two_criteria_of_two_kinds_from_two_events_make_a_member() -> None:
    """F3: what suffices."""
    assert judge(offer(*TWO)) == ()


def test_f3_a_court_alone_makes_a_member() -> None:
    """F3: the one sort that suffices by itself."""
    court = cite("conviction", roles=("convicted",))
    assert judge(offer(court)) == ()
    assert refused(offer(replace(court, roles=("suspect",)))) == {"criteria", "single_source"}


@pytest.mark.parametrize("code", CONTEXT)
@pytest.mark.parametrize("status", ["member", "associate"])
def test_f3_context_alone_is_stopped_by_the_brake_however_much_there_is(
    code: str, status: str
) -> None:
    """F3: family, friendship, address, music, likes, having been a victim, company."""
    many = [cite(code, number) for number in range(1, 9)]
    everything = [cite(other, number) for number, other in enumerate(CONTEXT, 1)]
    assert refused(offer(*many, status=status)) == {code}
    assert braked(offer(*many, status=status))
    assert braked(offer(*everything, status=status))


@pytest.mark.parametrize("code", CONTEXT)
def test_f3_context_beside_too_little_adds_nothing(code: str) -> None:
    """F3: it may be noted beside what counts, and counts for nothing."""
    beside = [cite(code, number) for number in range(2, 9)]
    assert refused(offer(cite("intelligence", 1), *beside)) == {"criteria", "single_source"}
    assert judge(offer(*TWO, cite(code, 9))) == ()


def test_f3_a_single_source_does_not_make_a_member_nor_an_associate() -> None:
    """F3: two records of one event are one piece of evidence."""
    same = (cite("offending_together", 1, event="x"), cite("intelligence", 2, event="x"))
    assert refused(offer(*same)) == {"single_source"}
    assert refused(offer(*same, status="associate")) == {"single_source"}
    assert refused(offer(TWO[1], status="associate")) == {"single_source"}


@pytest.mark.parametrize(
    ("source", "assessment", "counts"),
    [
        ("1", "A", True),
        ("2", "C", True),
        ("2", "D", False),
        ("3", "A", False),
        ("1", "E", False),
        ("4", "F", False),
        ("", "", False),
    ],
)
def test_f3_d1_evidence_counts_only_with_a_grade_good_enough(
    source: str, assessment: str, *, counts: bool
) -> None:
    """F3: <= C; D1: nothing counts without a whole grade."""
    poor = replace(TWO[1], source=source, assessment=assessment)
    assert (judge(offer(TWO[0], poor)) == ()) == counts


@pytest.mark.parametrize("on", [date(2024, 10, 1), date(2026, 12, 1)])
def test_f4_old_and_future_evidence_does_not_count(on: date) -> None:
    """F4: what is older than two years has faded."""
    assert refused(offer(TWO[0], replace(TWO[1], on=on))) == {"criteria", "single_source"}


@pytest.mark.parametrize("role", ["victim", "witness", "missing", "vulnerable_child"])
def test_f3_being_harmed_makes_nobody_a_member(role: str) -> None:
    """F3: in everything cited they were harmed: the brake. In one of two: that one counts not."""
    harmed = [replace(one, roles=(role,)) for one in TWO]
    assert braked(offer(*harmed))
    assert not braked(offer(TWO[0], harmed[1]))
    assert refused(offer(TWO[0], harmed[1])) == {"criteria", "single_source"}


@pytest.mark.parametrize("is_child", [True, None])
def test_f2_a_child_or_somebody_of_unknown_age_is_no_member(*, is_child: bool | None) -> None:
    """F2: under 18 never a member or an associate, however good the evidence."""
    for status in ("member", "associate"):
        assert refused(offer(*TWO, status=status, is_child=is_child)) == {"child"}
    protect = cite("disclosed", roles=("vulnerable_child",))
    assert (
        judge(offer(protect, status="exploited", is_child=is_child, rationale="Held a debt")) == ()
    )


def test_f2_what_makes_a_member_protects_nobody_and_the_other_way_round() -> None:
    """F2: the criteria of the two lists are apart."""
    assert refused(offer(*TWO, status="at_risk", rationale="x")) == {"criteria", "single_source"}
    assert refused(offer(cite("hub_decision", 1), cite("disclosed", 2))) >= {"criteria"}


@pytest.mark.parametrize("word", rules().refused_words)
def test_f2_words_that_blame_who_is_harmed_are_refused(word: str) -> None:
    """F2: no "associate" nor "member" in what is written of people who are harmed."""
    harmed = offer(cite("disclosed"), status="exploited", rationale=f"Was a {word.upper()} there")
    assert refused(harmed) == {"words"}


def test_f1_without_evidence_rationale_or_status_nothing_is_kept() -> None:
    """F1: criteria met, evidence, rationale."""
    assert refused(offer()) == {"criteria", "single_source"}
    assert refused(offer(*TWO, rationale="  ")) == {"rationale"}
    assert refused(offer(*TWO, status="kingpin")) == {"status"}
    assert refused(offer(cite("rumour", 1), cite("rumour", 2))) == {"criteria", "single_source"}


def test_f7_no_rule_adds_anything_up() -> None:
    """F7: nobody has a score: the verdict is reasons, no number."""
    assert not [name for name in dir(criteria) if "score" in name.lower()]
    assert all(isinstance(fault.words, str) for fault in judge(offer()))
