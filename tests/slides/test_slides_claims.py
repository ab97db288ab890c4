"""What decks say of who is ahead: one run each claims nothing, seeds are tested, other numbers turn each sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np
import pytest

import landscape as ls
from landscape.core import statistics
from landscape.slides import beginning, learned, results, verdict, views
from landscape.slides.common_plane import CommonPlane
from landscape.slides.facts import Facts
from landscape.slides.parts import Look
from landscape.slides.vocabulary import Words

# In Chinese as in English: who claims, and who claims nothing.
LEADS = {"en": r"most test digits|furthest:|ends lowest|lowest training loss:", "zh": r"最多|最好：|最低："}
ONE_EACH = {"en": "One run each", "zh": "各训练一次"}
NO_LEAD = {"en": "No clear lead", "zh": "没有明显的领先"}
LANGUAGES = ("en", "zh")


@pytest.fixture(scope="module")
def trained(mnist):
    return ls.train(ls.MLP((784, 4, 10)), mnist.subset(64), "sgd:lr=0.1", 1, snapshots=2)


@pytest.fixture
def told(trained):
    """Facts about runs whose numbers are given, by optimizer: accuracies in percent, a seed each, and losses."""

    def run(optimizer, seed, accuracy, loss):
        network = {**trained.settings["network"], "seed": seed}
        settings = {**trained.settings, "optimizer": optimizer, "seed": seed, "network": network}
        history = {name: values.copy() for name, values in trained.history.items()}
        history["test_accuracy"][-1], history["train_loss"][-1] = accuracy / 100, loss
        lost = not np.isfinite(accuracy)
        return replace(trained, settings=settings, history=history, diverged=lost)

    def facts(accuracies, losses=None, lang="en", data=None):
        losses = losses or {name: [1 - one / 100 for one in values] for name, values in accuracies.items()}
        runs = [
            run(name, seed, accuracy, losses[name][seed])
            for name, values in accuracies.items()
            for seed, accuracy in enumerate(values)
        ]
        return Facts(tuple(runs), data, Words(lang), Look("light", lang))

    return facts


SGD, ADAM, RMSPROP = "sgd:lr=0.1", "adam:lr=0.001", "rmsprop:lr=0.001"


def titles(facts):
    return [results.learning(facts).title, results.results(facts).title, verdict.end(facts, None, "").title]


def sentences(facts):
    measured, left = verdict.verdict(facts, None).columns
    return [*results.results(facts).lines, *measured.lines, *left.lines]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("optimizers", [(SGD, ADAM), (SGD, ADAM, RMSPROP)])
def test_one_run_each_claims_no_lead(lang, optimizers, told):
    for gap in (0.0, 0.5, 60.0):
        facts = told({name: [30 + gap * k] for k, name in enumerate(optimizers)}, lang=lang)
        for title in titles(facts):
            assert title.startswith(ONE_EACH[lang])
            assert not re.search(LEADS[lang], title)
        assert not any(re.search(LEADS[lang], line) for line in sentences(facts))
        # Nothing is bold but the names.
        assert all(row.strong == {0} for row in results.results(facts).content.rows)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_same_setup_is_never_ahead_of_itself(lang, told):
    facts = told({SGD: [90.0, 95.0, 97.0]}, lang=lang)
    for title in titles(facts):
        assert not re.search(LEADS[lang], title)
    assert "90.00" in titles(facts)[1]
    assert "97.00" in titles(facts)[1]
    assert any("94.00" in line for line in sentences(facts))  # the mean


def test_the_only_setup_that_came_through_is_not_called_the_only_one(told):
    results = titles(told({SGD: [90.0, 95.0], ADAM: [91.0, np.nan]}))[1]
    said, numbers = "Of 2 setups only SGD came through, over two seeds", "from 95.00\u00a0% to 90.00\u00a0%"
    assert results == f"{said}: {numbers} (test digits read right)"


def test_runs_of_one_setup_and_seed_are_told_as_such(told):
    once = told({SGD: [90.0]})
    twice = replace(once, runs=once.runs * 2)
    assert titles(twice)[1].startswith("Two runs with the same settings end alike: 90.00")
    other = told({SGD: [91.0]})
    assert "do not end alike: from 91.00" in titles(replace(once, runs=once.runs + other.runs))[1]


def changed(facts, **settings):
    """The facts with other settings of the last run."""
    *others, last = facts.runs
    return replace(facts, runs=(*others, replace(last, settings={**last.settings, **settings})))


def test_names_tell_every_condition_that_differs(told):
    """Though the optimizers tell them apart: a lead by 155 epochs is none of an optimizer's."""
    two = told({SGD: [90.0], ADAM: [91.0]})
    assert [one.name for one in two.setups] == ["SGD", "Adam"]
    other = changed(two, epochs=5, schedule="cosine")
    assert [one.name for one in other.setups] == ["SGD (constant rate, epochs 1)", "Adam (cosine rate, epochs 5)"]
    cut = replace(two, runs=(two.runs[0], replace(two.runs[1], finished=False)))
    assert [one.name for one in cut.setups] == ["SGD", "Adam (stopped at step 2)"]


def test_runs_that_differ_in_one_setting_are_not_called_mixed(told):
    one = changed(told({SGD: [90.0, 91.0]}), batch_size=16)
    assert "in more than one setting" not in beginning.question(one).notes
    both = changed(one, epochs=5)
    assert "in more than one setting" in beginning.question(both).notes


def test_notes_say_what_was_done_and_not_what_is_usual(told):
    facts = told({SGD: [90.0, 91.0, 92.0], ADAM: [91.0, 92.0]})
    assert "over 64 training images and over all" in results.results(facts).notes
    notes = verdict.verdict(facts, None).notes
    assert "The setups ran with two to three seeds." in notes
    assert "which optimizer is best" in notes
    assert notes.endswith("What is left open can be tried: more seeds and other learning rates.")
    uneven = told({SGD: [90.0], "sgd:lr=0.2": [91.0], ADAM: [91.0]})
    assert verdict.verdict(uneven, None).notes.endswith("more seeds and the same learning rates for all.")
    assert "which optimizer is best" not in verdict.verdict(told({SGD: [90.0]}), None).notes
    assert (
        "Not every setup ran with several seeds."
        in verdict.verdict(told({SGD: [90.0, 91.0], ADAM: [91.0]}), None).notes
    )


def cover_lines(facts):
    return [*beginning.cover(facts, None, "").lines, beginning.question(facts).title]


def test_how_long_it_was_trained_is_said_of_all_runs(told):
    two = told({SGD: [90.0], ADAM: [91.0]})
    longer = replace(two.runs[1], settings={**two.runs[1].settings, "epochs": 5})
    assert "64 training images, one epoch" in cover_lines(two)
    assert "64 training images, one to five epochs" in cover_lines(replace(two, runs=(two.runs[0], longer)))
    cut = replace(longer, finished=False)
    assert "64 training images, up to one epoch" in cover_lines(replace(two, runs=(two.runs[0], cut)))
    assert cover_lines(replace(two, runs=(cut,)))[-1] == "How far does Adam get on MNIST in two steps?"


def test_runs_on_other_data_of_one_name_are_not_asked_who_gets_furthest(told):
    two = told({SGD: [90.0], ADAM: [91.0]})
    other = replace(two.runs[1], settings={**two.runs[1].settings, "whole_pixels": 1})
    facts = replace(two, runs=(two.runs[0], other))
    assert beginning.question(facts).title.endswith("what came of each?")
    assert "data" in facts.differing
    assert "which do not compare" in titles(facts)[1]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_numbers_turn_the_headline(lang, told):
    better, worse = [96.4, 96.5, 96.6], [95.1, 95.3, 95.2]
    for ahead, behind, accuracies in (
        ("Adam", "SGD", {SGD: worse, ADAM: better}),
        ("SGD", "Adam", {SGD: better, ADAM: worse}),
    ):
        facts = told(accuracies, lang=lang)
        for title in titles(facts):
            assert re.search(LEADS[lang], title)
            assert title.startswith(ahead)
        rows = results.results(facts).content.rows
        assert [row.cells[0] for row in rows] == [ahead, behind]
        bold = {"accuracy": 2, "training loss": 3}
        assert set(bold.values()) <= rows[0].strong
        assert rows[1].strong == {0}
    # As far apart, but with seeds that differ as much.
    facts = told({SGD: [94.2, 96.3, 95.1], ADAM: [97.9, 95.2, 96.4]}, lang=lang)
    for title in titles(facts):
        assert title.startswith(NO_LEAD[lang])
    assert all(row.strong == {0} for row in results.results(facts).content.rows)


def test_effects_have_their_intervals(told):
    better, worse = [96.4, 96.7, 96.5], [95.1, 95.3, 95.2]
    found = statistics.paired(better, worse)
    (line,) = results.results(told({SGD: worse, ADAM: better})).lines
    interval = f"interval {found.low:.2f} to {found.high:.2f}"
    assert line.startswith(f"Over three seeds Adam reads {found.effect:.2f} points more of the test digits than SGD")
    assert interval in line
    # Fewer seeds of one: Welch's, and the numbers of both are told.
    found = statistics.welch(better, worse[:2])
    (line,) = results.results(told({SGD: worse[:2], ADAM: better})).lines
    assert "No clear difference over three and two seeds" in line
    assert f"interval −{-found.low:.2f} to {found.high:.2f}" in line
    # An interval that reaches below 0 has a sign.
    (line,) = results.results(told({SGD: [95.0, 97.0], ADAM: [97.1, 95.2]})).lines
    assert line.startswith("No clear difference over two seeds: Adam reads 0.15 points more")
    assert re.search(r"interval −\d+\.\d\d to \d+\.\d\d, p\xa0=\xa00\.9", line)


def test_a_lead_that_cannot_be_tested_is_none(told):
    facts = told({SGD: [60.0], ADAM: [96.0, 96.1, 96.2]})
    assert titles(facts)[1].startswith("A lead that no test backs: Adam\N{NO-BREAK SPACE}96.10")
    assert "a test needs two seeds or more of both" in results.results(facts).lines[0]
    # A third one that is beaten, clearly, does not help.
    facts = told({SGD: [60.0], ADAM: [96.0, 96.1, 96.2], RMSPROP: [90.0, 90.2, 90.1]})
    assert titles(facts)[1].startswith("A lead that no test backs: Adam\N{NO-BREAK SPACE}96.10")
    assert any("Clearly behind Adam: RMSProp (Holm's correction for one pair)" in line for line in sentences(facts))


def test_the_lead_is_over_the_nearest(told):
    facts = told({SGD: [60.0, 60.2], ADAM: [96.0, 96.4], RMSPROP: [95.9, 96.6]})
    assert titles(facts)[1].startswith(
        "No clear lead: RMSProp 96.25 %, Adam 96.20 %".replace(" 9", "\xa09").replace(" %", "\xa0%")
    )


def test_the_same_run_twice_is_one_run(told):
    facts = told({SGD: [95.0], ADAM: [96.0]})
    twice = replace(facts, runs=(*facts.runs, *facts.runs))
    assert all(title.startswith("One run each") for title in titles(twice))
    assert not any("seeds" in line for line in results.results(twice).lines if "one run each" not in line.lower())


def test_a_setup_that_lost_a_run_has_no_lead(told):
    facts = told({SGD: [95.0, 95.1, 95.2], ADAM: [99.0, np.nan, 99.1]})
    assert not any(re.search(LEADS["en"], title) for title in titles(facts))
    rows = results.results(facts).content.rows
    assert [row.cells[0] for row in rows] == ["SGD", "Adam"]
    assert rows[1].cells[2] == "1 of 3 diverged"
    facts = told({SGD: [95.0, np.nan], ADAM: [99.0, np.nan]})
    assert titles(facts)[1] == "No setup came through with all of its seeds"


def test_a_stopped_run_is_not_one_of_the_seeds(told):
    facts = told({SGD: [95.0, 95.1], ADAM: [96.0, 96.1]})
    stopped = replace(facts.runs[-1], finished=False)
    facts = replace(facts, runs=(*facts.runs[:-1], stopped))
    assert len(facts.setups) == 3


def test_a_lower_loss_is_held_against_accuracies_only_if_both_are_clear(told):
    accuracies = {SGD: [96.4, 96.5, 96.6], ADAM: [95.1, 95.3, 95.2]}
    other = {SGD: [0.5, 0.52, 0.51], ADAM: [0.3, 0.31, 0.32]}
    said = "\n".join(sentences(told(accuracies, other)))
    assert "Adam ends with the lowest training loss (0.200 below SGD" in said
    assert "yet reads 1.30 points fewer test digits than SGD" in said
    # The losses' order turned round.
    said = "\n".join(sentences(told(accuracies, dict(zip(other, reversed(other.values()), strict=True)))))
    assert "SGD also ends with the lowest training loss, 0.200 below Adam" in said
    # One of the two not clear, or one run each.
    for some, losses in (
        (accuracies, {SGD: [0.5, 0.2, 0.3], ADAM: [0.3, 0.31, 0.32]}),
        ({SGD: [96.4, 94.0, 97.0], ADAM: [95.1, 96.3, 95.2]}, other),
        ({name: values[:1] for name, values in accuracies.items()}, other),
    ):
        assert "training loss" not in "\n".join(verdict.measured(told(some, losses), None))


def test_without_test_images_the_losses_decide(told, trained):
    losses = {SGD: [0.5, 0.52, 0.51], ADAM: [0.3, 0.31, 0.32]}
    facts = told({name: [50.0] * 3 for name in losses}, losses)
    for run in facts.runs:
        run.history["test_accuracy"][:] = np.nan
    assert titles(facts)[1] == "Adam ends with the lowest training loss: 0.310"
    assert titles(facts)[2] == "Adam got furthest down: a training loss of 0.310"
    assert [row.cells[0] for row in results.results(facts).content.rows] == ["Adam", "SGD"]


def test_losses_over_other_images_do_not_compare(told):
    facts = told({SGD: [95.1, 95.3, 95.2], ADAM: [96.4, 96.7, 96.5]})
    one, *others = facts.runs
    for changed, words in (({"pixels": 1}, "losses on different data"), ({"data": "mine"}, "losses on different data")):
        some = replace(facts, runs=(replace(one, settings={**one.settings, **changed}), *others))
        assert words in results.learning(some).title
        assert all(3 not in row.strong for row in results.results(some).content.rows)
    other = {**one.settings, "network": {**one.settings["network"], "loss": "mse"}}
    some = replace(facts, runs=(replace(one, settings=other), *others))
    assert "losses of different kinds" in results.learning(some).title
    assert (
        "different data, which do not compare"
        in verdict.end(
            replace(facts, runs=(replace(one, settings={**one.settings, "data": "mine"}), *others)), None, ""
        ).title
    )


def test_a_loss_that_stays_is_not_said_to_fall(told, trained):
    first = float(trained.history["train_loss"][0])
    assert "stays at" in results.learning(told({SGD: [50.0]}, {SGD: [first - 1e-6]})).title
    assert "falls from" in results.learning(told({SGD: [50.0]}, {SGD: [first / 2]})).title
    assert "does not fall" in results.learning(told({SGD: [50.0]}, {SGD: [2 * first]})).title


@dataclass(frozen=True)
class Given(Facts):
    """With outputs that are given, for all test images and runs."""

    given: np.ndarray

    def outputs(self, entry):
        return self.given


@pytest.fixture(scope="module")
def examined(trained, mnist):
    """Of 100 images, a network whose outputs are given."""

    def facts(read, true, lang="en"):
        data = ls.datasets.Dataset(
            "mnist", mnist.x_train[:2], mnist.y_train[:2], mnist.x_test[: len(true)], np.array(true), "mnist"
        )
        run = replace(trained, history={**trained.history, "test_accuracy": np.array([np.mean(np.equal(read, true))])})
        return Given((run,), data, Words(lang), Look("light", lang), np.eye(10)[read])

    return facts


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_most_frequent_error_is_more_frequent_than_chance(lang, examined):
    often = {"en": "most often reads 4 as 9", "zh": "最常把 4 识别为 9"}[lang]

    def title(first, second):
        # 4 read as 9, and 7 as 1.
        read, true = [9] * first + [1] * second + [0] * 20, [4] * first + [7] * second + [0] * 20
        return learned._confusion(examined(read, true, lang)).title

    assert often in title(20, 5)  # p = .004
    assert often not in title(12, 11)
    assert often not in title(4, 0)  # p = .125
    assert "12" in title(12, 11)
    assert "11" in title(12, 11)


def test_no_better_than_a_guess(examined):
    # Of 40 images 20 are 0; who reads 20 right, too, is as good as who always says 0.
    true = [0] * 20 + [1] * 20
    said = verdict._chance(examined([0] * 10 + [1] * 10 + [1] * 10 + [0] * 10, true))
    assert said
    assert "no clear difference from always guessing" in said[0]
    assert verdict._chance(examined(true, true)) == []


def test_of_classes_that_are_read_alike_none_is_the_best(examined):
    true = [0] * 20 + [1] * 20 + [2] * 20
    notes = learned._confusion(examined(true, true)).notes
    assert "All shares on the diagonal are the same: 100.0" in notes
    read = true.copy()
    read[0] = 1
    notes = learned._confusion(examined(read, true)).notes
    assert "The largest share on the diagonal is that of 1 and 2, 100.0" in notes
    assert "and the smallest that of 0, 95.0" in notes


def test_a_single_network_has_wilsons_interval(examined):
    true = [0] * 100
    facts = examined([0] * 90 + [1] * 10, true)
    share = statistics.wilson(90, 100)
    (said,) = verdict._ahead(facts)
    assert f"{100 * share.low:.2f}\N{NO-BREAK SPACE}% to {100 * share.high:.2f}\N{NO-BREAK SPACE}%" in said


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("rises", "kind"),
    [
        (0.5 + np.zeros((30, 1)), "clear"),
        (np.linspace(-1, 1.1, 30)[:, None], "unclear"),
        (np.linspace(-1.1, 1, 30)[:, None], "unseen"),
        (-0.5 + np.zeros((30, 1)), "flat"),
        (0.5 + np.zeros((5, 1)), "few"),
    ],
)
def test_a_barrier_is_one_only_if_other_images_would_show_it(lang, rises, kind, told):
    facts = told({SGD: [95.0], ADAM: [96.0]}, lang=lang)
    loss = np.array([1.0, 1.0 + max(0.0, float(rises.mean())), 1.0])
    line = ls.Line(np.array([0.0, 0.5, 1.0]), loss, np.ones(3), np.ones(2), "30 training images of mnist", rises)
    ground = CommonPlane(facts.entries, None, [], facts.entries, line)
    assert views.barrier_kind(line) == kind
    slide = views.line(facts, ground)
    claims = re.search({"en": "stands a barrier of", "zh": "之间有 .* 的势垒$"}[lang], slide.title)
    assert bool(claims) == (kind == "clear")
    said = [words for words in verdict.measured(facts, ground) if re.search("barrier|势垒", words)]
    assert len(said) == (kind != "few")
    assert ("95" in slide.notes) == (kind != "few")


def test_a_line_between_two_losses_of_0_has_no_barrier(told):
    facts = told({SGD: [100.0], ADAM: [100.0]})
    line = ls.Line(np.array([0.0, 0.5, 1.0]), np.zeros(3), np.ones(3), np.ones(2), "images", np.zeros((30, 1)))
    slide = views.line(facts, CommonPlane(facts.entries, None, [], facts.entries, line))
    assert slide.title == "Between SGD and Adam stands no barrier"
    assert "nan" not in slide.notes
