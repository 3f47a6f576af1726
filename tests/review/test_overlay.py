"""What people decided goes before what the model says: the rule itself, by random cases."""

from hypothesis import given
from hypothesis import strategies as st

from ingest.review.overlay import Constraint, divide

RECORDS = range(1, 13)


def unlike(_one: int, _other: int) -> int:
    return 0


def same(number: int, *records: int) -> Constraint:
    return Constraint(number, True, frozenset(records[:1]), frozenset(records[1:]))


def different(number: int, left: set[int], right: set[int]) -> Constraint:
    return Constraint(number, False, frozenset(left), frozenset(right))


def test_without_decisions_people_are_the_clusters() -> None:
    assert divide({1: 7, 2: 7, 3: 9}, [], unlike) == {1: 1, 2: 1, 3: 3}


def test_whole_clusters_are_joined_by_two_of_their_records() -> None:
    people = divide({1: 1, 2: 1, 3: 3, 4: 3, 5: 5}, [same(1, 2, 3)], unlike)
    assert people == {1: 1, 2: 1, 3: 1, 4: 1, 5: 5}


def test_a_later_record_follows_the_side_it_is_most_like() -> None:
    machine = dict.fromkeys((1, 2, 3, 4), 1)
    apart = different(1, {1}, {2})
    people = divide(machine, [apart], lambda a, b: int({a, b} in ({2, 3}, {1, 4})))
    assert people == {1: 1, 2: 2, 3: 2, 4: 1}


def test_a_decision_on_records_that_are_gone_does_no_harm() -> None:
    assert divide({1: 1, 2: 1}, [different(1, {8}, {9}), same(2, 1, 8)], unlike) == {1: 1, 2: 1}


@st.composite
def consistent(draw: st.DrawFn) -> tuple[dict[int, int], list[Constraint]]:
    """Clusters, and decisions that follow some truth, so that all can hold at once."""
    machine = {r: draw(st.integers(1, 4)) for r in RECORDS}
    truth = {r: draw(st.integers(1, 4)) for r in RECORDS}
    pairs = draw(st.lists(st.tuples(st.sampled_from(RECORDS), st.sampled_from(RECORDS))))
    rules = [
        Constraint(n, truth[a] == truth[b], frozenset({a}), frozenset({b}))
        for n, (a, b) in enumerate(pairs)
        if a != b
    ]
    return machine, rules


@given(consistent(), st.randoms(use_true_random=False))
def test_every_decision_holds_whatever_the_model_says_and_in_any_order(
    case: tuple[dict[int, int], list[Constraint]], lot: object
) -> None:
    machine, rules = case
    people = divide(machine, rules, unlike)
    assert people.keys() == machine.keys()
    for rule in rules:
        (a,), (b,) = rule.left, rule.right
        assert (people[a] == people[b]) is rule.same
    shuffled = list(machine.items())
    lot.shuffle(shuffled)  # type: ignore[attr-defined]
    assert divide(dict(shuffled), rules[::-1], unlike) == people
