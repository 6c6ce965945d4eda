"""Slides: what a deck is made of, how it looks in every size and theme, and what the hall can do with it."""

import json
import re
import shutil
from functools import cache
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from typer.testing import CliRunner

from course import lecture
from course.cli import app
from course.lecture import chapter, markup, running, showing, slides
from course.lecture.chapter import Cell
from course.lecture.running import Result
from course.page.alone import PAGES

PROJECT = Path(__file__).parent.parent
AUDIT = re.sub(r"^//.*\n", "", (Path(__file__).parent / "page" / "deck_audit.js").read_text("utf-8"), flags=re.M)
SIZES = ((1920, 1080), (1280, 720))
MOST = 4_000_000  # bytes of a deck
CHAPTERS = ("01", "02", "03", "04", "05", "06", "07")


def cell(name, source, *tags, code=False, slide="slide", section="9.1", seconds=0, say="", views=(), kinds=()):
    return Cell(name, source, code, slide, frozenset(tags), section, seconds, say, views, kinds)


def shown(cells):
    """The slides of some cells."""
    wanted = [one for one in cells if one.shown]
    return slides.made(cells, running.results(cells, wanted))


def opened(page, file, size=SIZES[0]):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(file.as_uri())
    page.wait_for_selector("html[data-ready]", state="attached")
    return page


# ── every deck ──


@cache
def deck_of(number):
    """A chapter's deck; what it shows is computed once."""
    [deck] = lecture.decks(PROJECT, number)
    return deck


@pytest.mark.parametrize("number", CHAPTERS)
def test_nothing_on_a_slide_is_small_or_cut_in_any_size_or_theme_when_the_room_has_voted(
    number, offline_page, tmp_path
):
    deck = deck_of(number)
    file = deck.write(tmp_path)
    assert file.stat().st_size <= MOST
    page = opened(offline_page, file)
    assert page.locator(".slides > section").count() == len(deck.slides)
    for slide in (slide for slide in deck.slides if slide.form == "vote"):
        turn(page, slide.name)
        for key in ("1", "2", "3", "Enter"):
            page.keyboard.press(key)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            assert page.evaluate(f"({AUDIT.strip().rstrip(';')})()") == {}, (width, theme)
    assert not page.problems


@pytest.mark.parametrize("number", ["05", "06"])
def test_charts_and_drawings_take_the_free_height_or_the_width_of_their_slide(number, offline_page, tmp_path):
    page = opened(offline_page, deck_of(number).write(tmp_path))
    for slide in (slide for slide in deck_of(number).slides if slide.form == "picture" and "<svg" in slide.body):
        turn(page, slide.name)
        body = page.locator(f"#{slide.name} .body").bounding_box()
        drawn = page.locator(f"#{slide.name} svg >> visible=true").first.bounding_box()
        shares = drawn["height"] / body["height"], drawn["width"] / body["width"]
        assert max(shares[0] / 0.8, shares[1] / 0.995) >= 1, (slide.name, shares)


@pytest.mark.parametrize("number", CHAPTERS)
def test_a_lecture_takes_40_to_50_minutes_trains_three_times_and_asks_the_room(number):
    deck = deck_of(number)
    assert 40 * 60 <= deck.seconds <= 50 * 60, deck.seconds / 60
    assert not [slide.name for slide in deck.slides if not slide.seconds]
    assert deck.live >= 3 and sum(slide.form == "vote" for slide in deck.slides) >= 2
    answered = [slide.vote for slide in deck.slides if slide.form != "vote" and slide.vote]
    assert answered == [slide.vote for slide in deck.slides if slide.form == "vote"], "each on one slide"
    assert deck.slides[-1].title == "Three things to take home"


@pytest.mark.parametrize("number", CHAPTERS)
def test_every_slide_has_words_to_say(number):
    said = {slide.name: re.sub(r"<[^>]*>", "", slide.say).strip() for slide in deck_of(number).slides}
    assert {name: len(words) for name, words in said.items() if not 20 <= len(words) <= 600} == {}


# ── a lab, a vote, keys ──


@pytest.fixture(scope="module")
def hall(tmp_path_factory):
    """A short deck: a title, a vote, the depth lab, a chart with notes, formulas, labs of all sorts."""
    cells = [
        cell("title", "# 9 A lecture\n\n**Why?**", section=""),
        cell("start", "## 9.1 A start\n\nIt has $x^2$ in it, and then some more words that are not said here. More."),
        cell("imports", "from course import plots\nfrom course.labs import *", code=True, slide="skip"),
        cell("ask", 'predict("Which is lower?", ["`one`", "two"])', "predict", code=True),
        cell("lab", 'DepthLab(depth=4, width=20, epochs=40, learning_rate=0.05)', "lab", code=True, say="It trains."),
        cell("lab-how", "Press the space bar.", slide="notes"),
        cell("chart", 'plots.heatmap([[0.001, 0.01], [0.1, 1.0]])', code=True, slide="fragment", seconds=90),
        cell("neuron", "NeuronLab()", "lab", code=True),
        cell("capacity", "CapacityLab()", "lab", code=True),
        cell("many-views", "GradientsLab()", "lab", code=True),
        cell("two-views", "BatchNormLab()", "lab", code=True, views=(1, 2)),
        cell("film", "GatesLab()", "lab", code=True, views=(0, 1)),
        cell("films", "ShuffleLab()", "lab", code=True),
        cell("deep", "DepthLab(kind='highway', depth=1000)", "lab", code=True, kinds=("plain", "highway")),
        cell("no-film", "lab = LesionLab()\nlab.set(layers=11)\nlab", "lab", code=True),
    ]  # fmt: skip
    return lecture.Deck("09_hall", tuple(shown(cells))).write(tmp_path_factory.mktemp("hall"))


@pytest.fixture
def in_hall(offline_page, hall):
    """The deck in a browser; at the end nothing may have gone wrong in it, and nothing was fetched."""
    yield opened(offline_page, hall)
    assert not offline_page.problems


def turn(page, name):
    page.evaluate("(id) => Reveal.slide([...document.querySelectorAll('section')].findIndex((s) => s.id === id))", name)


def until(page, state, count=1):
    page.wait_for_function(
        "([state, count]) => courseLab.runs().length === count && courseLab.runs().at(-1).state === state",
        arg=[state, count],
    )


def test_space_trains_in_the_slide_and_r_replays_wherever_somebody_has_clicked(in_hall):
    turn(in_hall, "lab")
    in_hall.locator(".chart").click()
    in_hall.keyboard.press("Space")
    until(in_hall, "finished")
    first = in_hall.evaluate("() => courseLab.runs()[0].losses")
    in_hall.locator("input[value=highway]").check()
    in_hall.keyboard.press("r")
    in_hall.wait_for_function(
        "() => courseLab.runs()[0]?.kind === 'highway' && courseLab.runs()[0].state === 'finished'"
    )
    assert len(first) == 40 * 22 and in_hall.evaluate("() => Reveal.getCurrentSlide().id") == "lab"
    in_hall.get_by_role("button", name="Reset").click()
    in_hall.locator("input[type=range]").first.click()
    in_hall.keyboard.press("ArrowRight")
    expect(in_hall.locator("section.present")).to_have_id("chart")
    in_hall.keyboard.press("ArrowLeft")
    expect(in_hall.locator("section.present")).to_have_id("lab")


def test_labs_whose_views_follow_their_controls_are_computed_in_their_slides(in_hall):
    turn(in_hall, "neuron")
    said = in_hall.locator("#neuron .status")
    expect(said).to_contain_text("distance 0.00 from the origin. Computed in this page.")
    in_hall.get_by_label("Bias b").focus()
    in_hall.keyboard.press("Home")
    expect(said).to_contain_text("distance 2.24 from the origin.")
    in_hall.keyboard.press("Escape")
    in_hall.keyboard.press("Space")  # there is nothing to train
    expect(in_hall.locator("section.present")).to_have_id("capacity")
    in_hall.keyboard.press("Space")
    expect(in_hall.locator("#capacity .status")).to_contain_text("Step 600: 2 hidden units, loss 0.020")
    turn(in_hall, "many-views")
    expect(in_hall.locator("#many-views .still svg").first).to_be_visible()
    assert in_hall.locator("#many-views .live").count() == 0


def test_a_chapter_says_which_views_of_a_lab_its_slide_shows(in_hall):
    turn(in_hall, "two-views")
    views = in_hall.locator("#two-views .dl-sheet svg")
    expect(views).to_have_count(2)
    expect(views.first).to_have_attribute("aria-label", "Pre-activation, without batch norm")
    in_hall.wait_for_function("() => document.querySelector('#two-views .wide')")  # side by side, below the controls
    expect(views.first).to_have_attribute("width", re.compile("^4[0-9]{2}"))
    assert [one.bounding_box()["y"] for one in views.all()] == [views.first.bounding_box()["y"]] * 2


def test_a_slide_offers_the_networks_that_its_chapter_names_and_its_scale_ends_with_the_depth(in_hall):
    turn(in_hall, "deep")
    expect(in_hall.locator("#deep .kind")).to_have_text(["plain", "highway"])
    expect(in_hall.locator("#deep .kind").nth(1).locator("input")).to_be_checked()
    expect(in_hall.locator("#deep .ticks span").last).to_have_text("… 1000")
    in_hall.locator("#deep .depth input[type=number]").fill("100")
    in_hall.keyboard.press("Enter")
    expect(in_hall.locator("#deep .ticks span").filter(has_text="…")).to_have_count(0)


def test_films_play_in_their_slides_each_at_its_chip(in_hall):
    turn(in_hall, "film")
    said = in_hall.locator("#film .status")
    expect(said).to_contain_text("Before training: the gates for this 2 and for the mean differ by ")
    expect(in_hall.locator("#film .dl-sheet svg")).to_have_count(2)
    in_hall.keyboard.press("Space")
    expect(said).to_contain_text("After epoch 15: ")
    expect(said).to_contain_text("Recorded with PyTorch and played back.")
    turn(in_hall, "films")
    said = in_hall.locator("#films .status")
    in_hall.locator("#films").get_by_text("exchanged in pairs").click()
    in_hall.keyboard.press("Space")
    expect(said).to_contain_text("; 9 exchanges: plain 89.1")
    turn(in_hall, "no-film")
    expect(in_hall.locator("#no-film .still svg").first).to_be_visible()
    assert in_hall.locator("#no-film .live").count() == 0


def test_space_stops_what_trains_and_so_does_turning_the_slide(in_hall):
    turn(in_hall, "lab")
    in_hall.locator("input[value=highway]").check()
    in_hall.get_by_label("Depth", exact=True).first.fill("100")
    in_hall.keyboard.press("Enter")
    for press, count in (("Space", 1), ("PageDown", 2)):
        in_hall.keyboard.press("Space")
        until(in_hall, "running", count)
        in_hall.keyboard.press(press)
        until(in_hall, "stopped", count)
    expect(in_hall.locator("section.present")).to_have_id("chart")


def test_focus_is_never_trapped(in_hall):
    turn(in_hall, "ask")
    field = in_hall.locator("#ask input").first
    field.click()
    in_hall.keyboard.type("7")
    in_hall.keyboard.press("ArrowRight")
    expect(in_hall.locator("section.present")).to_have_id("ask")
    in_hall.keyboard.press("Escape")
    in_hall.keyboard.press("ArrowRight")
    expect(in_hall.locator("section.present")).to_have_id("lab")
    in_hall.keyboard.press("PageUp")
    field.click()
    in_hall.keyboard.press("PageDown")
    expect(in_hall.locator("section.present")).to_have_id("lab")


def test_the_room_votes_by_key_click_and_number_and_its_votes_stand_beside_the_outcome(in_hall):
    turn(in_hall, "lab")
    assert not in_hall.locator("#lab .room").is_visible()
    turn(in_hall, "ask")
    in_hall.keyboard.press("2")
    in_hall.keyboard.press("3")  # there is no third option
    in_hall.locator("#ask .plus").nth(1).click()
    in_hall.locator("#ask input").first.fill("14")
    assert in_hall.locator("#ask input").evaluate_all("(all) => all.map((one) => one.value)") == ["14", "2"]
    in_hall.reload()
    in_hall.wait_for_selector("html[data-ready]", state="attached")
    turn(in_hall, "lab")
    expect(in_hall.locator("#lab .room")).to_have_text("The room of 16 · one: 14 · two: 2")
    turn(in_hall, "ask")
    in_hall.get_by_role("button", name="Clear").click()
    assert not in_hall.locator("#lab .room span").is_visible()


def test_what_was_measured_stands_beside_the_votes_once_they_are_locked(offline_page, tmp_path):
    cells = [
        cell("title", "# 9 A lecture", section=""),
        cell("imports", "from course import plots\nfrom course.labs import predict", code=True, slide="skip"),
        cell("ask", 'predict("to do nothing")', "predict", code=True),
        cell("chart", "plots.heatmap([[0.001, 0.01], [0.1, 1.0]])", code=True, slide="fragment"),
    ]
    page = opened(offline_page, lecture.Deck("09_locked", tuple(shown(cells))).write(tmp_path))
    turn(page, "ask")
    page.keyboard.press("3")
    measured = page.locator("#ask .measured")
    expect(measured).to_be_hidden()
    right = page.locator("#ask li[data-right] .plus")
    expect(right).to_contain_text("50 times lower or more")
    expect(right).to_have_css("border-top-width", "2px")
    page.keyboard.press("Enter")
    expect(right).to_have_css("border-top-width", "6px")
    expect(measured).to_have_text(re.compile(r"^Measured: the residual stack's is \d+ times lower$"))
    page.keyboard.press("3")  # it is closed
    page.reload()
    page.wait_for_selector("html[data-ready]", state="attached")
    turn(page, "chart")
    expect(page.locator("#chart .room")).to_contain_text(
        "The room of 1 · 50 times lower or more: 1 Measured: the residual"
    )
    turn(page, "ask")
    page.get_by_role("button", name="Clear").click()
    expect(measured).to_be_hidden()
    assert not page.problems


def test_the_theme_follows_the_system_until_t_changes_it(in_hall):
    theme = "() => [document.documentElement.dataset.theme, document.querySelector('.dl').dataset.theme]"
    turn(in_hall, "lab")
    in_hall.wait_for_selector(".dl")
    assert in_hall.evaluate(theme) == ["light", "light"]
    in_hall.emulate_media(color_scheme="dark")
    in_hall.wait_for_function(f"() => String(({theme})()) === 'dark,dark'")
    in_hall.keyboard.press("t")
    assert in_hall.evaluate(theme) == ["light", "light"]


@pytest.fixture
def speaker(in_hall):
    """The speaker's window, opened on the depth lab, with its copy of the slide."""
    turn(in_hall, "lab")
    with in_hall.expect_popup() as popup:
        in_hall.keyboard.press("s")
    page = popup.value
    copy = page.frame_locator("#current-slide iframe")
    expect(copy.locator("section.present")).to_have_id("lab")
    expect(copy.locator(".hall-says")).to_contain_text("In the hall: Ready: plain 4")
    return page


def test_the_speaker_sees_notes_and_the_time_and_whether_the_plan_is_kept(speaker):
    notes = speaker.locator(".speaker-controls-notes .value")
    expect(notes).to_have_text(re.compile(r"^\s*It trains\.\s*In the chapter\s*Press the space bar\.\s*$"))
    said, read = (notes.get_by_text(words) for words in ("It trains.", "Press the space bar."))
    assert said.bounding_box()["height"] > 1.2 * read.bounding_box()["height"]
    expect(speaker.locator(".clock-value")).to_be_visible()
    speaker.keyboard.press("ArrowRight")  # to the slide that has 90 seconds
    expect(speaker.locator(".pacing.on-track, .pacing.ahead")).to_contain_text(":01:")


@pytest.mark.parametrize("clicked", [False, True], ids=["notes", "its picture of the slide"])
def test_what_is_pressed_in_the_speakers_window_is_done_in_the_hall(in_hall, speaker, clicked):
    copy = speaker.frame_locator("#current-slide iframe")
    if clicked:
        speaker.locator("#current-slide iframe").click()
    speaker.keyboard.press("Space")
    until(in_hall, "finished")
    expect(copy.locator(".hall-says")).to_contain_text("In the hall: Finished plain 4")
    assert copy.locator("canvas").count() == 0  # it trains nothing itself
    speaker.keyboard.press("+")
    expect(in_hall.get_by_label("Depth", exact=True)).to_have_value("5")
    speaker.keyboard.press("r")
    in_hall.wait_for_function("() => courseLab.runs()[0]?.depth === 5")
    speaker.keyboard.press("t")
    expect(copy.locator("html")).to_have_attribute("data-theme", "dark")
    speaker.keyboard.press("PageUp")
    expect(in_hall.locator("section.present")).to_have_id("ask")
    expect(copy.locator("section.present")).to_have_id("ask")
    speaker.keyboard.press("2")
    expect(copy.locator("#ask input").nth(1)).to_have_value("1")
    speaker.keyboard.press("Enter")
    expect(in_hall.locator("#ask .lock")).to_have_attribute("aria-pressed", "true")


def test_a_slider_goes_on_by_one_step_with_plus_and_minus(in_hall):
    turn(in_hall, "neuron")
    bias = in_hall.get_by_label("Bias b")
    bias.click(position={"x": 40, "y": 10})
    before = int(bias.input_value())
    for key in "+-+=+-":
        in_hall.keyboard.press(key)
    assert int(bias.input_value()) == before + 2
    expect(in_hall.locator("section.present")).to_have_id("neuron")
    in_hall.keyboard.press("ArrowRight")
    expect(in_hall.locator("section.present")).to_have_id("capacity")


def test_o_shows_all_slides_and_f_fills_the_screen_and_gives_it_back(in_hall):
    in_hall.keyboard.press("o")
    sections = in_hall.locator(".slides > section")
    places = [one.bounding_box() for one in sections.all()]
    assert len({place["y"] for place in places}) == 4 and all(place["y"] + place["height"] <= 1080 for place in places)
    in_hall.mouse.click(places[4]["x"] + 9, places[4]["y"] + 9)
    expect(sections.nth(4)).to_have_class(re.compile("present"))
    assert sections.nth(4).bounding_box()["width"] == 1920
    in_hall.keyboard.press("o")
    in_hall.keyboard.press("ArrowLeft")
    in_hall.keyboard.press("Enter")
    expect(sections.nth(3)).to_have_class(re.compile("present"))
    for filled in ("true", "false"):
        in_hall.keyboard.press("f")
        in_hall.wait_for_function(f"() => Boolean(document.fullscreenElement) === {filled}")


def test_print_has_a_page_for_each_slide_with_the_labs_as_pictures(offline_page, hall):
    offline_page.goto(f"{hall.as_uri()}?print-pdf")
    expect(offline_page.locator(".pdf-page")).to_have_count(13)
    expect(offline_page.locator("#lab .still")).to_be_visible()
    assert not offline_page.locator("#lab .live").is_visible() and not offline_page.problems
    assert offline_page.evaluate("() => document.documentElement.dataset.theme") == "light"


def test_formulas_notes_and_times_stand_in_the_deck(in_hall):
    body = in_hall.locator("#start .body")
    assert body.locator(".katex").count() == 1 and body.inner_text().count("\n") < 9
    assert in_hall.locator("#start aside math").count() == 1  # which needs no rules in the speaker's window
    assert "More." in in_hall.locator("#start aside").text_content()
    assert in_hall.locator("#chart").get_attribute("data-timing") == "90"
    assert in_hall.locator("#chart svg").count() == 2  # a map, in light and dark
    assert in_hall.evaluate("() => document.fonts.check('20px KaTeX_Math') && document.fonts.size > 10")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_deck_is_accessible(in_hall, theme):
    in_hall.emulate_media(color_scheme=theme)
    for name in ("title", "ask", "lab", "chart"):
        turn(in_hall, name)
        if name == "lab":
            expect(in_hall.locator(".status")).to_contain_text("Ready")
        found = Axe().run(in_hall).response["violations"]
        assert not [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found], name


# ── what is made of which cell ──


def test_a_cell_runs_if_a_slide_needs_what_it_sets_or_changes():
    cells = [
        cell("set", "x, y = [1], [2]", code=True, slide="skip"),
        cell("unused", "raise RuntimeError", code=True, slide="skip"),
        cell("change", "def more(values):\n    values.append(3)\nmore(x)", code=True, slide="skip"),
        cell("look", "print(x)\nx", code=True, slide="notes"),
        cell("show", "sum(x)", code=True),
    ]
    assert [one.id for one in running.needed(cells, cells[-1:])] == ["set", "change", "show"]
    assert running.results(cells, cells[-1:]) == {"show": Result(4)}


def test_a_cell_that_fails_is_named():
    with pytest.raises(ValueError, match=r"cell bad does not run for the slides: .*zero"):
        shown([cell("bad", "1 / 0", code=True)])


def test_a_slide_keeps_the_sentence_that_says_most_and_the_speaker_the_rest():
    text = (
        "**What you saw.** (An aside. Long.) A first sentence of He et al. 2015, with $a. b$ in it. Another one.\n\n"
        "- a point. More.\n- another\n\n$$\nx\n\ny\n$$\n\n(All in brackets.)\n\n"
        "<details><summary>Hint 1</summary>Hidden.</details>\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    )
    [part] = markup.parts(text)
    assert markup.condensed(part.rest) == [
        "**What you saw.** A first sentence of He et al. 2015, with $a. b$ in it.",
        "- a point. More.\n- another",
        "$$\nx\n\ny\n$$",
        "| a | b |\n|---|---|\n| 1 | 2 |",
    ]
    [slide] = shown([cell("saw", text)])
    assert "Another one." not in slide.body and "Another one." in slide.notes[0]


def test_a_point_to_discuss_keeps_its_question():
    [part] = markup.parts("1. It is so. Is it really, after all of this? Say why.\n2. Why?")
    assert markup.condensed(part.rest) == ["1. Is it really, after all of this?\n2. Why?"]


def test_what_was_written_for_the_hall_stays_whole_and_its_heading_takes_the_picture():
    claim = cell("claim", "### One claim\n\nA sentence. And a second one.", "slide")
    head = cell("head", "### The picture says so", "slide", slide="subslide")
    view = cell("view", "from course import plots\nplots.heatmap([[1.0, 2.0]], log=False)", code=True, slide="fragment")
    [first, second] = shown([claim, head, view])
    assert "And a second one." in first.body and first.title == "One claim" and not first.notes
    assert (second.form, second.title) == ("picture", "The picture says so") and "<svg" in second.body


def test_code_is_shown_only_where_it_is_tagged():
    source = "a = 6\nprint(7 * a)"
    [tagged] = shown([cell("code", source, "show", code=True)])
    assert tagged.form == "code" and "print(7 * a)" in tagged.body and "42" in tagged.body
    [plain] = shown([cell("code", source, code=True)])
    assert "print" not in plain.body and plain.foot == ["<pre>42</pre>"]


def test_claims_are_one_line():
    from course import papers

    line = showing.claims(papers.table("course-degradation"))
    assert line.startswith("● ") and "<br>" not in line and "mean of" in line
    assert "claims" in showing.claims(papers.table(chapter=3))


def test_planned_seconds_stand_on_the_first_slide_of_their_cell():
    cells = [cell("one", "## 9.1 A\n\nText.", seconds=40), cell("two", "More text.", slide="fragment")]
    assert [slide.seconds for slide in shown(cells)] == [40, 0]


def test_what_to_say_stands_on_the_first_slide_of_its_cell_before_the_chapters_text():
    cells = [
        cell("head", "### A claim\n\nOne.\n\n### Another\n\nTwo.", "slide", say="Ask **them**."),
        cell("waits", "### A map", "slide"),
        cell("map", "from course import plots\nplots.heatmap([[1.0, 2.0]], log=False)", code=True, say="Point."),
    ]
    assert [slide.say for slide in shown(cells)] == ["Ask <strong>them</strong>.", "", "Point."]


@pytest.mark.parametrize("slide", ["skip", "notes"])
def test_words_of_a_cell_without_a_slide_are_refused(slide):
    with pytest.raises(ValueError, match="cell gone makes no slide to say 'Hello' on; move it to one that does"):
        shown([cell("gone", "Text.", slide=slide, say="Hello")])


def test_the_chapters_text_stands_with_the_slide_that_it_is_about():
    def figure(name):
        return cell(name, "from course import plots\nplots.heatmap([[1.0, 2.0]], log=False)", code=True)

    cells = [
        cell("before", "Here is one:", slide="notes"),
        figure("one"),
        cell("behind", "It is dark.", slide="notes"),
        cell("more", "Here is another:", slide="notes"),
        figure("two"),
        cell("opens", "**A topic.** With a claim.", slide="notes"),
        cell("claim", "### A claim\n\nOne.", "slide"),
        cell("saw", "<details><summary>What you saw</summary>\n\nTwo.\n\n</details>", slide="notes"),
        cell("rest", "The rest.", slide="notes"),
        cell("papers", "Nobody says this.", slide="notes", section="9.2"),
        cell("imports", "from course.labs import predict", code=True, slide="skip", section="9.3"),
        cell("ask", 'predict("Which is lower?", ["this", "that"])', "predict", code=True, section="9.3"),
        cell("answer", "<details><summary>What you saw</summary>\n\nThis.\n\n</details>", slide="notes", section="9.3"),
        cell("lower", "### This one", "slide", section="9.3"),
    ]
    notes = {slide.name: re.findall(r"<p>(.*?)</p>", "".join(slide.notes)) for slide in shown(cells)}
    assert "<details open><summary>" in "".join(shown(cells)[2].notes)  # nobody can unfold it while they speak
    assert notes == {
        "one": ["Here is one:", "It is dark."],
        "two": ["Here is another:"],
        "claim": ["<strong>A topic.</strong> With a claim.", "Two.", "The rest."],
        "ask": [],
        "lower": ["This."],
    }


# ── the command ──


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A folder with one worked chapter."""
    source = PROJECT / "solutions" / "06_stochastic_depth.ipynb"
    notebook = json.loads(source.read_text("utf-8"))
    notebook["cells"] = [one for one in notebook["cells"] if one["cell_type"] == "markdown"][:6]
    for one in notebook["cells"]:
        one["metadata"] = {"slideshow": {"slide_type": "slide", "seconds": 60}}
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / source.name).write_text(json.dumps(notebook), encoding="utf-8")
    (tmp_path / "docs").mkdir()
    for text in ("docs/present.md", "solutions/06_instructor_notes.md"):
        shutil.copy(PROJECT / text, tmp_path / text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_command_writes_a_deck_of_the_sections_that_are_asked_for(small):
    done = CliRunner().invoke(app, ["slides", "6", "--out", "hall", "--sections", "6.1"])
    assert done.exit_code == 0 and re.match(
        r"hall/06_stochastic_depth.html: \d+ slides, planned for \d minutes, \d\.\d MB", done.output
    )
    text = (small / "hall" / "06_stochastic_depth.html").read_text("utf-8")
    assert "<h2>6.1 " in text and "<h2>6.2 " not in text and 'class="title"' in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["09"], "no chapter '09'"),
        (["06", "--sections", "6.99"], "has no section '6.99'; there are 6.1"),
        (
            ["06", "--pdf"],
            "a PDF is printed with Chromium, on Linux or macOS, which is not here; install Chromium, or open the",
        ),
    ],
)
def test_what_cannot_be_made_is_refused_in_one_line(small, monkeypatch, arguments, said):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(lecture.printing, "MAC", small / "none")
    done = CliRunner().invoke(app, ["slides", *arguments])
    assert done.exit_code in (1, 2) and said in done.stderr and len(done.stderr.splitlines()) == 1
    assert not list(small.glob("slides/*.html"))


def test_every_link_of_a_kit_leads_to_a_page_that_works_without_a_network(small, offline_page):
    done = CliRunner().invoke(app, ["kit", "6", "--out", "stick"])
    assert done.exit_code == 0 and done.output.splitlines()[-1].startswith("stick/start.html")
    page, start = offline_page, (small / "stick" / "start.html").as_uri()
    page.goto(start)
    assert not Axe().run(page).response["violations"]
    places = page.locator("a").evaluate_all("(all) => all.map((one) => one.href)")
    names = [place.removeprefix(start.removesuffix("start.html")) for place in places]
    deck = "slides/06_stochastic_depth"
    labs = [f"labs/{name.replace(' ', '-')}.html" for name in PAGES]
    assert names == ["present.html", f"{deck}.html", f"{deck}.pdf", "notes/06.html", *labs]
    assert (small / "stick" / f"{deck}.pdf").read_bytes().startswith(b"%PDF")  # which a browser downloads
    shown = dict(zip(names, ["h1", "html[data-ready]", "", "table", *[".status"] * len(labs)], strict=True))
    for name, mark in shown.items():
        if mark:
            page.goto(start)
            page.locator(f'a[href="{name}"]').click()
            page.wait_for_selector(mark, state="attached")
    page.goto(start)
    page.get_by_text("notes for teachers").click()
    page.get_by_text("All of it").click()
    expect(page).to_have_url(start)
    page.get_by_role("link", name="how to present").click()
    page.get_by_role("link", name="notes for teachers").click()
    page.goto(start)
    page.locator('a[href="labs/depth.html"]').click()
    expect(page.locator(".status")).to_contain_text("Ready: plain 10")
    page.keyboard.press("Space")  # wherever one has clicked, as in a slide
    expect(page.locator(".status")).to_contain_text("Finished plain 10")
    assert (
        page.locator(".chart").evaluate("(one) => parseFloat(getComputedStyle(one).fontSize) / innerWidth") > 24 / 1920
    )
    assert not page.problems


def test_a_kit_without_chromium_has_no_pdfs_and_says_so(small, monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(lecture.printing, "MAC", small / "none")
    done = CliRunner().invoke(app, ["kit", "6", "--out", "stick"])
    assert done.exit_code == 0 and done.output.splitlines()[0].startswith("no PDFs: ")
    assert "PDF" not in (small / "stick" / "start.html").read_text("utf-8") and not list(small.rglob("*.pdf"))


def test_a_deck_is_printed_a_slide_a_page(hall, chromium):
    printed = lecture.pdf(hall, lecture.browser())
    content = printed.read_bytes()
    assert content.startswith(b"%PDF") and len(re.findall(rb"/Type /Page\b", content)) == 13


def test_the_vendored_libraries_are_those_whose_version_is_said():
    folder = Path(lecture.__file__).parent / "vendor"
    versions = json.loads((folder / "versions.json").read_text("utf-8"))
    assert f'"{versions["katex"]}"' in (folder / "katex" / "katex.min.js").read_text("utf-8")
    assert f'"{versions["reveal.js"]}"' in (folder / "reveal.js" / "reveal.js").read_text("utf-8").replace("`", '"')
    assert all("MIT" in (folder / name / "LICENSE").read_text("utf-8") for name in versions)


def test_a_chapter_is_read_with_its_sections():
    read = chapter.read(PROJECT / "solutions" / "03_plain_vs_deep.ipynb")
    assert read.name == "03_plain_vs_deep" and read.sections[:2] == ["3.1", "3.2"]
    assert {one.section for one in read.wanted(["3.4"])} == {"", "3.4"}
