import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from made_up import LOSSES, comparison

from course import networks, report, themes, wording
from course.report import provenance, words
from course.report.comparison import Comparison


class Reader(HTMLParser):
    """What a test asks of a page: its text, its tags with their attributes, the cells of its table."""

    VOID = frozenset({"meta", "link", "input", "br"})

    def __init__(self, html):
        super().__init__()
        self.open, self.tags, self.pieces, self.cells = [], [], [], []
        self.feed(html)
        self.close()
        self.text = re.sub(r"\s+", " ", " ".join(self.pieces))

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag in ("td", "th"):
            self.cells.append("")
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data):
        if not {"script", "style"} & set(self.open):
            self.pieces.append(data)
            if {"td", "th"} & set(self.open):
                self.cells[-1] += f" {data}"


def page(*args, **settings):
    return report.page(*comparison(*args, **settings))


def read(*args, **settings):
    return Reader(page(*args, **settings))


def told(losses=None, **settings):
    compared = Comparison(*comparison(losses, **settings))
    return words.headline(compared), words.lead(compared)


# what the page is


def test_the_page_is_whole_and_asks_for_nothing_from_outside():
    html = page()
    reader = Reader(html)
    assert reader.open == []
    for _, attributes in reader.tags:
        for name in ("src", "href", "xlink:href", "srcset", "data", "action"):
            assert (attributes.get(name) or "data:").startswith(("data:", "#")), attributes
    assert not re.search(r"@import|url\(", html)
    policy = next(a["content"] for tag, a in reader.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'")


def test_the_page_is_light():
    assert len(page().encode()) < 80_000
    nine = {kind: dict.fromkeys((2, 6, 10, 14, 20, 26, 30, 40), 0.1) for kind in networks.KINDS}
    assert len(page(nine).encode()) < 300_000


def test_every_number_of_the_rows_is_in_the_table():
    settings, rows, runs = comparison()
    reader = Reader(report.page(settings, rows, runs))
    table = " ".join(reader.cells)
    for row in rows:
        for said in (
            wording.number(row["loss"]),
            wording.percent(row["test_accuracy"]),
            f"{wording.number(row['eval_loss'])} in eval mode",
            f"rate {wording.rate(row['learning_rate'])}",
            wording.seconds(row["seconds"]).replace(" ", "\u00a0"),
        ):
            assert said in table, said


def test_the_table_has_a_caption_and_heads_with_scopes_and_every_chart_has_words():
    reader = read()
    assert sum(tag == "caption" for tag, _ in reader.tags) == 1
    assert [a["scope"] for tag, a in reader.tags if tag == "th"] == ["col"] * 4 + ["row"] * 3
    for tag, attributes in reader.tags:
        if tag == "svg":
            spoken = attributes.get("aria-label") or attributes.get("aria-labelledby")
            assert spoken or attributes["aria-hidden"] == "true"
    assert "plain: 0.0012 at 2, 0.0013 at 10, 1.71 at 50" in reader.text
    assert [tag for tag, _ in reader.tags if tag in ("h1", "h2")] == ["h1", "h2", "h2", "h2"]


def test_ids_are_there_once():
    ids = [a["id"] for _, a in read().tags if "id" in a]
    assert len(ids) == len(set(ids))


def test_every_control_has_a_name():
    reader = read()
    labelled = {a.get("for") for tag, a in reader.tags if tag == "label"}
    for index, (tag, attributes) in enumerate(reader.tags):
        if tag == "input":
            assert reader.tags[index - 1][0] == "label" or attributes["id"] in labelled


def test_a_hostile_data_set_name_is_only_ever_text():
    name = '<script>alert(1)</script>"{{lead}}'
    settings, rows, runs = comparison(data=f"/data/{name}")
    for run in runs:
        run.header["data"]["name"] = name
    html = report.page(settings, rows, runs)
    assert "<script>alert" not in html
    assert name in Reader(html).text
    assert ElementTree.fromstring(report.hero_svg(settings, rows)) is not None


def test_hostile_kinds_errors_and_hardware_are_only_ever_text():
    settings, rows, runs = comparison({"<b>kind": {2: 0.1, 4: "failed"}}, date="<i>")
    runs[0].header["hardware"] = "</script><script>x"
    html = report.page(settings, rows, runs)
    assert "<b>kind" not in html and "<i>" not in html and "</script><script>" not in html
    assert "its worker process died twice <b>" in Reader(html).text


# what it says


def test_the_headline_is_the_result():
    headline, lead = told()
    assert headline == "Plain networks get worse with depth. Highway and residual networks hold."
    assert lead == (
        "At 50 layers the plain network ends at a training loss of 1.71, the residual one at 0.037 and the highway one "
        "at 0.00071. Two plain layers reach 0.0012. The loss is measured on the training pictures, so this is not "
        "overfitting: training does not find what the deep plain network could do. The residual network slips from "
        "0.0012 with 2 layers to 0.037, still 46 times below the plain one."
    )


def test_a_network_no_better_than_guessing_is_called_that():
    assert "2.31, no better than guessing (2.30)" in told({"plain": {2: 0.01, 50: 2.31}})[1]


@pytest.mark.parametrize(
    ("losses", "headline"),
    [
        ({"plain": {2: 0.01, 50: 0.011}, "highway": {2: 0.01, 50: 0.01}}, "Plain and highway networks, 2 to 50 layers"),
        ({"plain": {50: 1.7}, "highway": {50: 0.001}}, "Plain and highway networks, 50 layers"),
        ({"plain": {2: 2.3, 50: 2.31}, "highway": {2: 2.3, 50: 2.3}}, "Plain and highway networks, 2 to 50 layers"),
        ({"plain": {2: 1e-5, 50: 0.001}}, "Plain networks, 2 to 50 layers"),
        ({"highway": {2: 0.01, 50: 0.01}}, "Highway networks, 2 to 50 layers"),
        ({"plain": {2: 0.01, 50: None}, "highway": {2: 0.01, 50: 0.01}}, "Plain and highway networks, 2 to 50 layers"),
        ({"plain": {2: 0.01, 50: "failed"}}, "Plain networks, 2 to 50 layers"),
        ({"plain": {2: "diverged", 50: "diverged"}}, "Plain networks, 2 to 50 layers"),
        ({kind: {10: 0.1} for kind in networks.KINDS}, "Nine kinds of networks, 10 layers"),
    ],
)
def test_the_headline_is_neutral_where_the_numbers_bear_no_claim(losses, headline):
    assert told(losses)[0] == headline


def test_the_headline_follows_whichever_kinds_fail():
    assert told({"plain": {2: 0.01, 50: 0.011}, "rezero": {2: 0.01, 50: 2.2}})[0] == (
        "ReZero networks get worse with depth. Plain networks hold."
    )
    assert (
        told({"plain": {2: 0.01, 50: 1.5}, "highway": {2: 0.01, 50: 0.4}})[0] == "Plain networks get worse with depth."
    )


def test_many_kinds_that_hold_are_counted():
    losses = {kind: {2: 0.01, 50: 0.01} for kind in networks.KINDS} | {"plain": {2: 0.01, 50: 1.5}}
    headline, lead = told(losses)
    assert headline == "Plain networks get worse with depth. The other eight kinds hold."
    assert "the eight kinds that hold end at 0.010 (plain + BN) to 0.010 (rezero)".replace("rezero", "ReZero") in lead


def test_a_deep_network_that_diverges_is_not_called_overfitting_or_given_a_loss():
    headline, lead = told({"plain": {2: 0.01, 50: "diverged"}, "highway": {2: 0.01, 50: 0.001}})
    assert headline == "Plain networks get worse with depth. Highway networks hold."
    assert lead == (
        "At 50 layers the plain network diverges at step 7, the highway one ends at 0.0010. "
        "Two plain layers reach 0.010."
    )


def test_without_the_number_of_classes_there_is_no_guessing_line_and_no_claim():
    settings, rows, runs = comparison()
    del settings["classes"]
    assert words.headline(Comparison(settings, rows, runs)) == "Plain, highway and residual networks, 2 to 50 layers"
    assert "guessing" not in Reader(report.page(settings, rows, runs)).text


def test_the_guessing_line_belongs_to_the_number_of_classes():
    assert "guessing: ln 100 = 4.61" in read(classes=100).text


def test_all_diverged_shows_the_way_out():
    reader = read({"plain": {2: "diverged", 50: "diverged"}, "highway": {2: "diverged", 50: "diverged"}})
    assert "At 50 layers every network diverged. A smaller learning rate" in reader.text
    assert "diverged at step 7" in " ".join(reader.cells)


def test_missing_cells_are_said_and_counted():
    reader = read({"plain": {2: None, 50: 1.7}, "highway": {2: None, 50: 0.001}})
    assert " ".join(reader.cells).count("not run yet") == 2
    assert "2 of 4 runs" in reader.text
    assert "Two runs of 4 have not run yet: the same command goes on from here." in reader.text


def test_a_comparison_in_which_nothing_finished_is_still_a_page():
    reader = read({"plain": {2: None, 50: None}})
    assert "Nothing has run yet" in reader.text and "0 of 2 runs" in reader.text
    assert " ".join(reader.cells).count("not run yet") == 2


def test_failed_runs_are_named_with_their_reason():
    reader = read({"plain": {2: 0.01, 50: "failed"}})
    assert "One run failed; the table says which." in reader.text
    assert any("failed" in cell and "died twice" in cell for cell in reader.cells)


def test_several_seeds_give_median_and_range_and_say_so():
    reader = read(seeds=(0, 1, 2))
    assert "Median of three seeds, whiskers from lowest to highest." in reader.text
    assert "ends at a median training loss of 2.14" in reader.text
    assert any("2.14" in cell and "1.71 to 2.5" in cell for cell in reader.cells)  # 2.565, rounded either way
    assert "first seed" in reader.text


def test_seeds_that_have_yet_to_run_or_diverged_are_counted_in_the_cell():
    settings, rows, runs = comparison({"plain": {2: 0.1}}, seeds=(0, 1, 2))
    rows[0] |= {"loss": None, "diverged_at": 5}
    assert any("1 of 3 diverged" in cell for cell in Reader(report.page(settings, rows, runs)).cells)
    assert any("2 of 3 seeds so far" in cell for cell in Reader(report.page(settings, rows[1:], runs[1:])).cells)


def test_a_depth_that_a_kind_does_not_have_is_not_promised():
    settings, rows, runs = comparison({"plain": {21: 0.1}, "residual": {20: 0.1}}, depths=(21,))
    reader = Reader(report.page(settings, rows, runs))
    assert " ".join(reader.cells).count("not asked for") == 2
    assert "not run yet" not in reader.text


def test_meta_names_data_recipe_rate_seeds_software_and_time():
    compared = Comparison(*comparison(learning_rate=0.1))
    assert provenance.meta(compared) == (
        "digits 8×8 (1,437 training and 360 test pictures) · width 50 · four epochs of SGD with momentum 0.9, "
        "64 pictures a step · one seed · learning rate 0.1 throughout · torch 2.9.0, one thread a run, x86_64 cpu · "
        "14 s of training in all"
    )
    assert "by the rule" in provenance.meta(Comparison(*comparison()))


@pytest.mark.parametrize(
    ("seeds", "said"), [((0,), "--seeds 1"), ((0, 1, 2), "--seeds 3"), ((7,), "--seeds 7,"), ((7, 9), "--seeds 7,9")]
)
def test_the_command_repeats_the_comparison(seeds, said):
    settings = comparison()[0] | {"seeds": seeds, "data": "my pictures", "learning_rate": 0.1, "subset": 500}
    command = provenance.command(settings)
    assert said in command.replace("'", "")
    assert command.startswith(
        "uv run course compare --data 'my pictures' --kinds plain,highway,residual --depths 2,10,50"
    )
    assert "--lr 0.1 --subset 500" in command and "--device" not in command


def test_the_footer_defines_both_losses_and_holds_the_recipe():
    text = read().text
    assert "over the last epoch’s steps, in train mode" in text and "In eval mode" in text
    assert '"momentum": 0.9' in text and "SGD with momentum 0.9" in text


def test_values_after_a_crash_are_words():
    settings, rows, runs = comparison({"plain": {2: "diverged"}, "highway": {2: 0.1}})
    compared = Comparison(settings, rows, runs)
    values = compared.values(compared.curves["plain", 2])
    assert values[5] == wording.number(compared.curves["plain", 2].y[5])
    assert set(values[6:]) == {"diverged at 7"} and len(values) == len(compared.steps)


@pytest.mark.parametrize(
    "losses",
    [
        {kind: dict.fromkeys((2, 6, 10, 14, 20, 26, 30, 40), 0.1) for kind in networks.KINDS},
        {"highway": {10: 0.1}},
        {"plain": {2: 0.0}},
        {"plain": {2: 1e-9, 100: 49.0}},
        {"plain": dict.fromkeys(range(2, 30), 0.1)},
    ],
)
def test_any_comparison_makes_a_whole_page_without_nonsense(losses):
    reader = read(losses)
    assert reader.open == []
    assert not re.search(r"\bnan\b|\binf\b|None", reader.text)
    assert not [
        a for _, a in reader.tags if re.search(r"nan|inf", f"{a.get('d')}{a.get('points')}{a.get('x')}{a.get('y')}")
    ]


def test_the_chart_alone_is_a_small_svg_with_its_colours_written_out():
    settings, rows, _ = comparison()
    drawing = report.hero_svg(settings, rows)
    root = ElementTree.fromstring(drawing)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert len(drawing) < 20_000 and "var(" not in drawing
    assert themes.colour("highway") in drawing and themes.colour("highway", "dark") in report.hero_svg(
        settings, rows, "dark"
    )


# what it does in a browser


@pytest.fixture
def opened(offline_page, tmp_path):
    file = tmp_path / "compare.html"
    settings, rows, runs = comparison({**LOSSES, "linear": {2: 0.02, 10: "diverged", 50: "diverged"}})
    file.write_text(report.page(settings, rows, runs), encoding="utf-8")
    offline_page.goto(file.as_uri())
    yield offline_page
    assert offline_page.problems == []


def label(page, kind):
    return page.locator(f".hero.wide [data-value={kind}]").text_content()


def test_pointing_at_the_first_chart_reads_the_values_of_the_nearest_depth(opened):
    assert label(opened, "plain") == "1.71"
    box = opened.locator(".hero.wide").bounding_box()
    opened.mouse.move(box["x"] + 70, box["y"] + 100)
    assert (label(opened, "plain"), label(opened, "linear")) == ("0.0012", "0.020")
    assert "2 layers: plain 0.0012, 97.0\u202f% test" in opened.locator("#reading").text_content()
    opened.mouse.move(5, 5)
    assert (label(opened, "plain"), label(opened, "linear")) == ("1.71", "diverged at step 7")


def test_the_keyboard_reads_the_same_values(opened):
    opened.locator("#depths input").last.focus()
    opened.keyboard.press("ArrowLeft")
    assert label(opened, "residual") == "0.0024"
    assert opened.locator("#reading").text_content().startswith("10 layers:")


def test_the_bracket_stands_at_the_depth_that_is_read(opened):
    shown = opened.locator(".hero.wide .bracket:visible")
    assert shown.locator("text").all_text_contents() == ["2,400 times", "at 50 layers"]
    opened.locator("#depths label", has_text="10").click()
    assert shown.locator("text").all_text_contents() == ["7.1 times", "at 10 layers"]


def test_the_slider_reads_every_panel_at_one_step(opened):
    last = opened.locator("figure[data-depth='50'] b[data-value=highway]")
    final = last.text_content()
    opened.locator("#step").focus()
    opened.keyboard.press("Home")
    assert opened.locator("#at").text_content() == "step 1 of 40, epoch 1"
    assert last.text_content() != final
    values = json.loads(opened.locator("#texts").text_content())["curves"]["50"]["highway"]
    opened.keyboard.press("ArrowRight")
    assert (last.text_content(), opened.locator("#at").text_content()) == (values[1], "step 2 of 40, epoch 1")
    opened.keyboard.press("End")
    assert last.text_content() == final == values[-1]


def test_pointing_at_a_panel_reads_all_of_them(opened):
    area = opened.locator("figure[data-depth='2'] .area")
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    opened.mouse.move(box["x"] + box["width"] / 2, box["y"] + 40)
    at = int(opened.locator("#at").text_content().split()[1])
    assert 19 <= at <= 22
    assert opened.locator("figure[data-depth='10'] b[data-value=linear]").text_content() == "diverged at 7"
    opened.mouse.move(5, 5)
    assert opened.locator("#at").text_content() == "step 40 of 40, epoch 4"


def test_kinds_can_be_taken_off_the_charts_and_put_back(opened):
    lines = opened.locator(".hero.wide g[data-kind=residual]:visible, figure g[data-kind=residual]:visible")
    before = lines.count()
    opened.locator("#show input[value=residual]").focus()
    opened.keyboard.press("Space")
    assert lines.count() == 0 and "residual" not in opened.locator("#reading").text_content()
    assert opened.locator("table").get_by_text("residual").is_visible()
    opened.keyboard.press("Space")
    assert lines.count() == before > 0


def test_the_theme_follows_the_system_at_first_and_then_the_button(opened):
    ground = "getComputedStyle(document.body).backgroundColor"
    assert opened.evaluate(ground) == "rgb(255, 255, 255)"
    opened.locator("#theme").click()
    assert opened.evaluate(ground) == "rgb(17, 17, 17)" and opened.locator("#theme").text_content() == "Light"
    opened.keyboard.press("Enter")
    assert opened.evaluate(ground) == "rgb(255, 255, 255)"
    opened.emulate_media(color_scheme="dark")
    opened.reload()
    assert opened.evaluate(ground) == "rgb(17, 17, 17)"


@pytest.mark.parametrize("width", [600, 900, 1280, 1920])
def test_nothing_is_wider_than_the_window_and_no_text_is_smaller_than_readable(opened, width):
    opened.set_viewport_size({"width": width, "height": 900})
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    smallest = opened.evaluate(
        """() => Math.min(...[...document.querySelectorAll("svg text")].filter(t => t.getClientRects().length).map(t =>
            parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a))"""
    )
    assert smallest > 11


def test_the_page_prints_light_and_without_controls(opened):
    opened.locator("#theme").click()
    opened.emulate_media(media="print")
    assert opened.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not opened.locator("#show").is_visible()
