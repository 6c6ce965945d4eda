"""What a page draws and says, before a host that only speaks the protocol: no kernel, no training."""

import base64
import json
from itertools import pairwise
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from course import themes, views
from course.labs import DepthLab, LesionLab, NeuronLab
from course.labs.suggestions import PLAYED, SUGGESTIONS
from course.page import alone, declared
from course.page.filmed import filmed
from course.page.style import script, stylesheet

HOST = Path(__file__).parent / "page" / "fake_host.mjs"
OPEN = """async ([page, host, tokens, more, place]) => {
  const load = (text) => import(`data:text/javascript;base64,${text}`);
  Object.assign(window, await load(host));
  const made = (await load(page)).default;
  window.lab = fakeHost(declared(tokens, more), place);
  const { initialize, render } = typeof made === "function" ? made() : made;
  const where = { model: lab.model, el: document.querySelector("#here") };
  await initialize?.(where);
  window.close_it = await render(where);
}"""
PAGE = """<!doctype html><style>{style}</style><main>
<div class="jp-OutputArea-child"><div id="here"></div></div>
<div class="jp-OutputArea-child"><p class="course-still">As it was left.</p></div></main>"""
QUESTION = {"question": {"text": "How low?", "options": ["0.1", "0.001"]}}
PANEL = {"name": "Gradient norm per layer", "low": 1e-6, "high": 10.0, "log": True, "zero": "not trained"}
BREAKS = "run(2, [series('2', 0, 5)], { status: 'diverged', state: 'diverged at step 5', over: true, diverged: 5 })"


# how many pixels the left half of the chart, where no leader runs, has in a colour
PIXELS = """(colour) => {
  const canvas = document.querySelector(".chart canvas"), { height } = canvas, width = canvas.width >> 1;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  const near = (at) => [0, 1, 2].every((i) => Math.abs(data[at + i] - parseInt(colour.substr(1 + 2 * i, 2), 16)) < 4);
  return Array.from({ length: width * height }, (_, i) => 4 * i).filter((at) => data[at + 3] > 128 && near(at)).length;
}"""


# in each column of pixels of the depth's picture the runs of one colour one above the other, of the fullest column; and
# how many columns have as many
ROWS = """() => {
  const canvas = document.querySelector(".slide canvas"), { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, Math.floor(0.86 * height));
  const inked = (x, y) => y >= 0 && data[4 * (y * width + x) + 3] > 90;
  const rows = Array.from({ length: width }, (_, x) => {
    return Array.from({ length: height }, (_, y) => y).filter((y) => inked(x, y) && !inked(x, y - 1)).length;
  });
  const most = Math.max(...rows);
  return [most, rows.map((count, x) => count === most && rows[x - 1] !== most).filter(Boolean).length];
}"""


@pytest.fixture
def shown(offline_page):
    """Opens an entry file before a fake host; at the end nothing may have gone wrong in the page."""

    def shown(entry="lab.js", place=None, **more):
        offline_page.set_content(PAGE.format(style=stylesheet()))
        texts = [base64.b64encode(text.encode()).decode() for text in (script(entry), HOST.read_text(encoding="utf-8"))]
        offline_page.evaluate(OPEN, [*texts, json.loads(json.dumps(themes.tokens())), more, place or {}])
        return offline_page

    yield shown
    assert not offline_page.problems


def tell(page, state, numbers="[]"):
    page.evaluate(f"() => lab.tell(state({state}), {numbers})")


def said(page):
    return page.evaluate("() => lab.said")


def status(page):
    return page.locator(".status")


def test_the_page_says_what_the_host_says_and_offers_what_it_offers(shown):
    page = shown()
    assert [message["do"] for message in said(page)] == ["hello"]
    tell(page, "{}")
    expect(status(page)).to_contain_text("Ready: plain 10, rate 0.0156, by the rule.")
    expect(page.locator("[role=status]")).to_be_empty()
    expect(page.locator("output").first).to_have_text("0.0156")
    tell(page, "{ busy: true, status: line('Slow.', { symbol: '◎', announce: 'Training plain 10.', offer: true }) }")
    expect(page.locator("[role=status]")).to_have_text("Training plain 10.")
    page.get_by_role("button", name="Show the recording").click()
    assert said(page)[-1]["do"] == "recorded"
    tell(page, "{ error: 'no network', status: line('no network', { symbol: '!', alert: true }) }")
    expect(page.locator(".status.alert .sym")).to_have_text("!")
    expect(page.locator(".empty")).to_contain_text("Nothing was trained")


IN_ROWS = [(10, 1, 10), (100, 1, 100), (101, 2, 1), (340, 4, 40), (1000, 10, 100)]


@pytest.mark.parametrize(("depth", "rows", "columns"), IN_ROWS)
def test_a_network_deeper_than_the_scale_goes_on_in_rows_above_it(shown, depth, rows, columns):
    page = shown()
    page.set_viewport_size({"width": 1400, "height": 900})
    tell(page, "{}")
    page.get_by_label("Depth, any number").fill(str(depth))
    page.keyboard.press("Enter")
    expect(page.locator(".ticks .beyond")).to_have_count(int(depth > 100))
    page.wait_for_function(f"(wanted) => String(({ROWS})()) === String(wanted)", arg=[rows, columns])


def test_a_control_by_its_role_moves_the_page_at_once_and_the_host_soon_after(shown):
    page = shown()
    tell(page, "{}")
    slider = page.get_by_label("Depth", exact=True)
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_label("Depth, any number")).to_have_value("13")
    assert [message["settings"]["depth"] for message in said(page)[1:]] == [11]
    page.evaluate("() => lab.answer({ done: 'set', error: '' })")
    assert [message["settings"]["depth"] for message in said(page)[1:]] == [11, 13]
    page.get_by_label("Depth, any number").fill("2000")
    page.keyboard.press("Enter")
    expect(slider).to_have_js_property("value", "100")
    expect(slider).to_have_attribute("max", "100")
    expect(page.get_by_label("Gate bias")).to_be_hidden()
    expect(page.locator(".none")).to_have_text("Plain: each layer feeds the next, nothing else to set.")
    page.get_by_role("radio", name="highway").check()
    expect(page.get_by_label("Gate bias")).to_be_visible()
    expect(page.locator("output").last).to_have_text("−2.1")
    page.get_by_role("checkbox", name="by depth").uncheck()
    expect(page.locator("output").last).to_have_text("−4")
    page.evaluate("() => lab.answer({ done: 'set', error: '' })")
    assert said(page)[-1]["settings"] | {"epochs": 15} == said(page)[-1]["settings"]
    assert said(page)[-1]["settings"]["gate_bias"] == -4
    page.get_by_role("checkbox", name="by depth").check()
    page.evaluate("() => lab.answer({ done: 'set', error: '' })")
    assert said(page)[-1]["settings"]["gate_bias"] is None


def test_runs_are_drawn_named_and_listed_as_the_host_names_them(shown):
    page = shown(panel=PANEL)
    done = "{ over: true, status: 'finished', state: 'finished in the end', loss: 0.125, test: 0.978, seconds: 119.8 }"
    first = f"run(1, [series('1', 0, 20, {{ strips: [0, 2], layers: 3 }})], {done})"
    numbers = "[...rows(0, 20), 1, 0, 1, 2, 11, 1, 1, 1, ...rows(0, 5)]"
    tell(page, f"{{ runs: [{first}, {BREAKS}] }}", numbers)
    expect(page.locator(".dlab")).to_have_count(1)
    expect(page.locator(".dlab")).to_contain_text("plain 100.13")
    expect(page.locator(".dv")).to_contain_text("plain 20: diverged at step 5")
    row = page.locator(".runs tbody tr").first
    for words in ("rate 0.0156", "0.13", "97.8\u202f%", "2 min 0 s", "finished in the end"):
        expect(row).to_contain_text(words)
    page.get_by_label("Show the strip of run 1").check()
    expect(page.locator(".cap-strip")).to_contain_text("plain 10")
    expect(page.locator(".strip .yt").first).to_have_text("3")
    expect(page.locator(".scale")).to_contain_text("≤ 10⁻⁶")
    for axis in ("accuracy", "linear", "log", "epoch", "seconds", "step"):
        page.locator(".dl-views").get_by_role("radio", name=axis, exact=True).check()
    page.get_by_label("Read values").focus()
    page.keyboard.press("PageDown")
    expect(page.locator(".dlab")).to_contain_text("0.50")
    expect(page.locator(".xlab")).to_have_text("values at step 18")
    remove = page.get_by_role("button", name="Remove run 2")
    remove.click()
    assert said(page)[-1] == {"do": "remove", "number": 2}
    expect(page.get_by_role("button", name="Remove run 1")).to_be_focused()


def test_the_rates_that_the_rule_tries_take_the_networks_colour_and_are_labelled_where_they_end(shown):
    page = shown()
    names = [f"1.{i}" for i in range(13)]
    trials = ", ".join(f"series('{name}', 0, 5, {{ rate: '0.{i}', leads: {str(i == 7).lower()} }})"
                       for i, name in enumerate(names))  # fmt: skip
    searching = f"run(1, [series('1', 0, 0), {trials}], {{ status: 'searching', family: 'highway' }})"
    tell(page, f"{{ busy: true, runs: [{searching}] }}", f"[{', '.join('...rows(0, 5)' for _ in names)}]")
    labels = page.locator(".dtrial")
    expect(labels).to_have_count(13)
    expect(page.locator(".dtrial.leads")).to_have_text("rate 0.70.50")
    tops = sorted(labels.evaluate_all("labels => labels.map((label) => label.getBoundingClientRect().y)"))
    assert min(b - a for a, b in pairwise(tops)) > 10, "no label covers another"
    chart = page.locator(".chart").bounding_box()
    assert chart["y"] <= tops[0] and tops[-1] + 10 <= chart["y"] + chart["height"]
    assert page.evaluate(PIXELS, themes.colour("highway")) > 100
    assert page.evaluate(PIXELS, themes.colour("plain")) == 0


def test_a_question_hides_the_curves_until_it_is_answered_and_the_measurement_is_the_hosts(shown):
    page = shown(**QUESTION)
    finished = "run(1, [series('1', 0, 5)], { over: true, status: 'finished', loss: 0.5 })"
    tell(page, f"{{ runs: [{finished}], answer: {{ done: false, text: null, measured: '' }} }}", "rows(0, 5)")
    expect(page.locator(".card")).to_be_visible()
    expect(page.locator(".runs, .dlab")).to_have_count(0)
    page.get_by_role("button", name="Train").first.click()
    expect(status(page)).to_contain_text("Answer the question first, or skip it.")
    page.get_by_role("radio", name="0.001").check()
    page.get_by_role("button", name="Lock in and train").click()
    expect(page.get_by_role("button", name="Train").first).to_be_focused()
    assert [message["do"] for message in said(page)] == ["hello", "answer", "train"]
    answered = "answer: { done: true, text: '0.001', measured: 'plain 3: 0.5, in the host’s words' }"
    tell(page, f"{{ runs: [{finished}], {answered} }}")
    expect(page.locator(".card")).to_have_count(0)
    expect(page.locator(".outcome .tag")).to_have_text("0.001")
    expect(page.locator(".outcome")).to_contain_text("plain 3: 0.5, in the host’s words")


def test_the_space_bar_starts_and_stops_in_a_hall(shown):
    page = shown(lecture=True)
    tell(page, "{}")
    page.locator("h2").evaluate("element => { element.tabIndex = -1; element.focus() }")
    page.keyboard.press(" ")
    assert said(page)[-1]["do"] == "train"
    tell(page, "{ busy: true }")
    page.keyboard.press(" ")
    assert said(page)[-1]["do"] == "stop"
    page.evaluate("() => close_it()")
    assert said(page)[-1]["do"] == "bye"


@pytest.mark.parametrize("ground", ["#ffffff", "#111111"])
def test_a_lab_that_searches_beside_older_runs_can_be_used_by_everybody(shown, ground):
    page = shown(panel=PANEL)
    page.add_style_tag(content=f"body {{ background: {ground} }}")
    page.evaluate("() => { document.body.className = 'measured again' }")
    expect(page.locator(".dl")).to_have_attribute("data-theme", "light" if ground == "#ffffff" else "dark")
    trials = "series('1.0', 0, 9, { rate: '1' }), series('1.1', 0, 5, { leads: true })"
    searching = f"run(1, [series('1', 0, 0), {trials}], {{ status: 'searching', family: 'highway' }})"
    tell(page, f"{{ runs: [{BREAKS}, {searching}], busy: true }}", "[...rows(0, 5), ...rows(0, 9), ...rows(0, 5)]")
    expect(page.locator(".dtrial")).to_have_count(2)
    found = Axe().run(page, context=".dl").response["violations"]
    assert not [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]


SHOW = "lab.answer({ views: [picture(WORDS)], summary: WORDS, busy: false, error: '' })"


def test_an_instant_lab_asks_for_one_thing_at_a_time_and_says_errors_as_every_lab_does(shown):
    page = shown("instant.js", trains=True)
    page.evaluate("() => { window.picture = (words) => `<svg width='400'><title>${words}</title></svg>` }")
    assert [message["do"] for message in said(page)] == ["show"]
    slider = page.get_by_label("Depth", exact=True)
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Train").click()
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert len(said(page)) == 1
    page.evaluate(f"() => {SHOW.replace('WORDS', repr('10 layers'))}")
    expect(status(page)).to_have_text("10 layers")
    expect(page.locator(".status .sym")).to_be_hidden()
    assert [(m["do"], m["settings"]["depth"]) for m in said(page)[1:]] == [("train", 12)], "Train is not lost"
    page.evaluate("() => lab.answer({ views: [], summary: '', busy: false, error: 'too large for this machine' })")
    expect(page.locator(".status.alert .sym")).to_have_text("!")
    expect(page.locator("[role=status]")).to_have_text("too large for this machine")
    assert page.locator(".dl-sheet title").inner_html() == "10 layers", "what was shown stays"


def test_a_lab_that_trains_frame_by_frame_is_asked_until_it_rests(shown):
    page = shown("instant.js", trains=True)
    page.evaluate("() => lab.answer({ views: [], summary: 'frame 1', busy: true, error: '' })")
    page.wait_for_function("() => lab.said.at(-1).do === 'pull'")
    expect(page.get_by_role("button", name="Train")).to_have_attribute("aria-disabled", "true")
    expect(page.locator("[role=status]")).to_be_empty()
    page.evaluate("() => lab.answer({ views: [], summary: 'frame 2', busy: false, error: '' })")
    expect(page.locator("[role=status]")).to_have_text("frame 2")
    page.wait_for_timeout(250)
    assert [message["do"] for message in said(page)] == ["show", "pull"]


def test_where_an_answer_takes_long_the_page_says_so_and_keeps_what_was_shown(shown):
    page = shown("instant.js", trains=True)
    page.evaluate("() => lab.answer({ views: ['<svg/>'], summary: 'of 10', busy: false, plays: false, error: '' })")
    expect(status(page)).to_have_text("of 10")
    page.get_by_label("Depth", exact=True).focus()
    page.keyboard.press("ArrowRight")
    expect(status(page)).to_have_text("…Computing: the picture follows.")
    assert page.locator(".dl-sheet svg").count() == 1
    page.evaluate("() => lab.answer({ views: ['<svg/>'], summary: 'of 11', busy: false, plays: false, error: '' })")
    expect(status(page)).to_have_text("of 11")


STRIPS = "[...rows(0, 20), ...[1, 11].flatMap((step) => [step, ...Array(6).fill(0.1)])]"
TOUCHED = """{ runs: [run(1, [series('1', 0, 20, { strips: [0, 2], layers: 6 })], { over: true, status: 'finished',
  panel: PANEL, touch: { refused: '', blocks: [[2, 3], [4, 5]], out: [1], moved: [[0, 1], [1, 0]], changes: [
    { label: 'without layers 4–5', loss: 1, test: 0.5, now: false },
    { label: 'both', loss: 2, test: 0.25, now: true }] } })] }"""


def test_a_bar_is_the_block_that_stands_there_and_a_click_says_what_it_does_before(shown):
    page = shown(panel=PANEL)
    page.evaluate("(panel) => void (window.PANEL = panel)", PANEL)
    tell(page, TOUCHED, STRIPS)
    strip, tools = page.locator(".pane.strip"), page.locator(".bars")
    height = strip.bounding_box()["height"]
    expect(strip.locator(".yt b")).to_have_text(["4–5", "2–3"])  # from the input on: they changed places
    for layer, words, said_then in (
        (2, "Put layers 4–5 back", ("put_back", [4])),
        (5, "Leave out layers 2–3", ("leave_out", [2])),
        (1, "Layer 1 must stay", ("leave_out", [1])),  # whose answer says why
    ):
        where = {"x": 200, "y": height * (1 - (layer - 0.5) / 6)}
        strip.hover(position=where)
        expect(strip.locator(".dv")).to_have_text(words)
        strip.click(position=where)
        assert (said(page)[-1]["do"], said(page)[-1]["layers"], said(page)[-1]["number"]) == (*said_then, 1)
    page.mouse.move(0, 0)
    tools.get_by_role("button", name="Swap it with…").click()
    tools.get_by_role("button", name="Do not swap").click()
    expect(tools.get_by_role("button", name="Leave out layers 2–3")).to_be_visible()
    slider = tools.get_by_role("slider", name="Layer to touch")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "layers 4–5")
    page.keyboard.press("Enter")
    assert said(page)[-1] == {"do": "put_back", "number": 1, "layers": [4]}
    changes = page.locator(".runs tr.change")
    expect(changes).to_contain_text(["without layers 4–5", "both"])
    expect(changes.nth(1)).to_contain_text("error 75.0\u202f%, as above")
    expect(page.locator(".runs tr.now")).to_have_count(1)


def test_where_the_kernel_is_gone_the_page_trains_if_the_reader_wishes_and_what_was_there_stays(shown):
    page = shown(place={"alone": alone.alone(DepthLab())})
    done = "{ over: true, status: 'finished', state: 'finished', loss: 0.125, test: 0.978 }"
    runs = f"run(1, [series('1', 0, 20)], {done}), run(2, [series('2', 0, 5)])"
    tell(page, f"{{ busy: true, runs: [{runs}] }}", "[...rows(0, 20), ...rows(0, 5)]")
    expect(page.get_by_role("button", name="Train in this page")).to_be_hidden()
    page.evaluate("() => void (lab.kernel.status = 'dead')")
    expect(status(page)).to_contain_text("The kernel that trained here is gone")
    page.get_by_role("button", name="Train in this page").click()
    expect(status(page)).to_contain_text("Ready: plain 10, rate 0.00781, by the rule. It trains in this page.")
    page.get_by_label("Depth, any number").fill("2")
    page.keyboard.press("Enter")
    page.get_by_label("Epochs").fill("1")
    page.keyboard.press("Enter")
    page.get_by_role("checkbox", name="by the rule").uncheck()
    page.get_by_role("button", name="Train", exact=True).click()
    expect(status(page)).to_contain_text("Finished plain 2")
    states = page.locator(".runs tbody td:nth-child(7)").all_inner_texts()
    assert states == ["finished, in the kernel", "interrupted at step 5, in the kernel", "finished"]
    assert page.locator(".badge").all_inner_texts()[-3:] == ["1", "2", "3"]
    given = page.evaluate("() => courseLab.runs().map((run) => [run.host, run.state, run.losses.length])")
    assert given == [["kernel", "finished", 20], ["kernel", "interrupted", 5], ["engine", "finished", 22]]
    expect(page.locator(".dlab").first).to_contain_text("plain 10, kernel")
    page.get_by_role("button", name="Remove run 1").click()
    expect(page.locator(".runs tbody tr")).to_have_count(2)
    page.evaluate("() => lab.tell(state(), [])")  # what a kernel still says is not heard
    expect(page.locator(".runs tbody tr")).to_have_count(2)
    page.get_by_role("button", name="Reset").click()
    expect(page.locator(".chart .empty")).to_contain_text("No run yet")


def test_an_export_trains_in_the_page_and_opens_with_its_recording(shown):
    page = shown(place={"alone": alone.alone(DepthLab()), "exported": True})
    expect(status(page)).to_contain_text("It trains in this page.")
    expect(page.locator(".chip")).to_contain_text("Recorded 20")
    assert page.evaluate("() => courseLab.runs().map((run) => [run.host, run.kind, run.depth, run.rate])") == [
        ["recording", "plain", 10, 0.0078125]
    ]
    assert said(page) == []


def test_a_lab_that_the_page_cannot_train_offers_nothing_where_the_kernel_is_gone(shown):
    page = shown()
    tell(page, "{}")
    page.evaluate("() => void (lab.kernel.status = 'dead')")
    expect(status(page)).to_contain_text("The kernel that trained here is gone")
    expect(page.get_by_role("button", name="Train in this page")).to_be_hidden()


def neuron_at(shown, **place):
    """The neuron lab's page; it can compute."""
    told = declared.declared_instant(NeuronLab())
    return shown("instant.js", place={"alone": json.loads(json.dumps(alone.alone(NeuronLab())))} | place, **told)


def test_where_the_kernel_is_gone_the_page_computes_if_the_reader_wishes_as_the_controls_stand(shown):
    page = neuron_at(shown)
    page.evaluate("() => lab.answer({ views: ['<svg/>'], summary: 'of the kernel', busy: false, error: '' })")
    expect(status(page)).to_have_text("of the kernel")
    page.get_by_label("Bias b").focus()
    page.keyboard.press("Home")
    button = page.get_by_role("button", name="Compute in this page")
    expect(button).to_be_hidden()
    page.evaluate("() => void (lab.kernel.status = 'dead')")
    expect(status(page)).to_contain_text("The kernel that trained here is gone")
    button.click()
    expect(status(page)).to_contain_text("at distance 2.24 from the origin. Computed in this page.")
    expect(button).to_be_hidden()
    page.get_by_role("radio", name="tanh").check()
    expect(page.locator(".dl-sheet svg")).to_have_count(2)
    expect(page.locator(".dl-sheet svg").last).to_contain_text("tanh")


def test_an_exported_lab_that_the_page_can_compute_is_computed_there(shown):
    page = neuron_at(shown, exported=True)
    expect(status(page)).to_contain_text("Computed in this page.")
    assert said(page) == []


def test_an_exported_lab_that_may_not_compute_leaves_the_notebooks_own_picture_and_says_why(shown, offline_page):
    offline_page.evaluate("() => { window.Worker = undefined; }")
    page = neuron_at(shown, exported=True)
    expect(status(page)).to_contain_text("This browser does not let the page compute; this is a picture")
    expect(page.locator(".course-still")).to_be_visible()


def lesion_at(shown, asking=False, without=(), **place):
    """The lesion lab's page; its films ship."""
    lab = LesionLab()
    lab.set(without=without)
    told = declared.declared_instant(lab) | {"asking": asking}
    return shown("instant.js", place={"alone": json.loads(json.dumps(filmed(LesionLab())))} | place, **told)


def test_an_exported_lab_whose_films_ship_opens_with_its_film_playing(shown):
    page = lesion_at(shown, exported=True)
    expect(status(page)).to_contain_text("Before training: ")
    expect(status(page)).to_contain_text("After epoch 15: ")
    expect(status(page)).to_contain_text("◎ Recorded with PyTorch and played back.")
    assert page.locator(".dl-sheet svg").count() == 2 and said(page) == []


def test_an_exported_lab_whose_question_is_open_waits_for_its_reader(shown):
    page = lesion_at(shown, asking=True, exported=True)
    expect(status(page)).to_contain_text("Before training: ")
    page.wait_for_timeout(600)  # a frame takes 500 ms
    expect(status(page)).to_contain_text("Before training: ")


def test_where_the_kernel_is_gone_a_lab_offers_its_film(shown):
    page = lesion_at(shown)
    page.evaluate("() => lab.answer({ views: ['<svg/>'], summary: 'of the kernel', busy: false, error: '' })")
    page.evaluate("() => void (lab.kernel.status = 'dead')")
    expect(status(page)).to_contain_text("The kernel that trained here is gone")
    expect(page.locator(".dl-try")).to_have_text(f"Try: {SUGGESTIONS['lesion']}")
    page.get_by_role("button", name="Play the recording").click()
    expect(status(page)).to_contain_text("After epoch 15: ")
    expect(page.locator(".dl-try")).to_have_text(f"Try: {PLAYED['lesion']}")
    page.get_by_label("Seed").fill("7")
    page.keyboard.press("Enter")
    expect(status(page)).to_contain_text("Nothing is recorded for these settings")


def answered(page, words):
    end = f"views: ['<svg/>'], summary: '{words}', busy: false, plays: false, error: ''"
    page.evaluate(f"() => lab.answer({{ {end} }})")
    expect(status(page)).to_have_text(words)


def test_blocks_are_taken_out_by_keyboard_and_all_are_put_back(shown):
    page = lesion_at(shown)
    answered(page, "whole")
    tiles, back = page.get_by_role("button", name="Take out block"), page.get_by_role("button", name="Put all back")
    expect(tiles).to_have_count(18)
    expect(back).to_be_hidden()
    page.get_by_label("Layers").focus()
    page.keyboard.press("Tab")
    expect(tiles.first).to_be_focused()
    for key in ("ArrowRight", "ArrowDown", "Space"):
        page.keyboard.press(key)
    expect(tiles.nth(2)).to_be_focused()
    expect(tiles.nth(2)).to_have_attribute("aria-pressed", "true")
    answered(page, "one")
    for key in ("ArrowLeft", "End", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    answered(page, "two")
    answered(page, "at rest")
    assert said(page)[-1]["settings"]["without"] == [3, 18] and said(page)[-1]["final"]
    expect(page.locator(".blocks .hint")).to_have_text("2 of 18")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Measured on")).to_be_focused()
    assert not Axe().run(page, context=".dl").response["violations"]
    back.click()
    expect(tiles.first).to_be_focused()
    expect(back).to_be_hidden()
    answered(page, "whole again")
    assert said(page)[-1]["settings"]["without"] == []


def test_a_block_that_another_network_does_not_have_leaves_and_a_tile_puts_its_block_back(shown):
    page = lesion_at(shown)
    tiles = page.get_by_role("button", name="Take out block")
    for tile in (17, 8, 0, 8, 4):
        tiles.nth(tile).click()
    page.get_by_role("radio", name="residual", exact=True).check()
    expect(tiles).to_have_count(9)
    assert tiles.evaluate_all("all => all.map((tile) => tile.getAttribute('aria-pressed'))").index("true") == 0
    answered(page, "heard")
    assert said(page)[-1]["settings"]["without"] == [1, 5] and said(page)[-1]["settings"]["kind"] == "residual"
    page.get_by_label("Layers").focus()
    page.keyboard.press("Home")
    expect(tiles).to_have_count(2)
    answered(page, "heard")
    assert said(page)[-1]["settings"]["without"] == [1]
    moved = "settings: { kind: 'plain', layers: 50, without: [2, 48], split: 'train', seed: 0 }"
    page.evaluate(f"() => lab.answer({{ views: [], summary: 'moved', busy: false, plays: false, error: '', {moved} }})")
    expect(tiles).to_have_count(48)
    expect(page.locator(".tiles [aria-pressed=true]")).to_have_text(["2", "48"])
    page.set_viewport_size({"width": 390, "height": 900})
    page.wait_for_function("document.documentElement.scrollWidth <= 390")  # tiles wrap
    assert min(min(tiles.nth(i).bounding_box()[side] for side in ("width", "height")) for i in (0, 47)) >= 24


def test_a_click_on_a_column_of_a_picture_takes_its_block_out_and_puts_it_back(shown):
    page, lab = lesion_at(shown), LesionLab()
    tell = {"views": views.row(lab.shown.views, 700), "summary": "", "busy": False, "plays": False, "error": ""}
    page.evaluate("(told) => lab.answer(told)", tell)
    out = page.locator(".tiles [aria-pressed=true]")
    boxes = page.locator(".dl-sheet .grid").evaluate_all("all => all.map((plot) => plot.getBoundingClientRect())")

    def click(plot, column, up=0.5):
        box = boxes[plot]
        page.mouse.click(box["x"] + (column - 0.5) / 18 * box["width"], box["y"] + (1 - up) * box["height"])

    click(0, 7)
    click(1, 18.4, up=0.02)
    expect(out).to_have_text(["7", "18"])
    click(0, 7.4)
    click(0, 0.7)
    expect(out).to_have_text(["1", "18"])
    click(0, 0.3)
    click(1, 18.7)
    click(0, 3, up=-0.05)
    page.locator(".dl-sheet text").first.click()
    expect(out).to_have_text(["1", "18"])


def test_where_only_films_are_there_no_tile_leads_nowhere(shown):
    for exported in (True, False):
        page = lesion_at(shown, without=[7], exported=exported)
        if not exported:
            page.get_by_role("button", name="Take out block 3", exact=True).click()
            page.evaluate("() => void (lab.kernel.status = 'dead')")
            page.get_by_role("button", name="Play the recording").click()
        expect(status(page)).to_contain_text("After epoch 15: ")
        expect(page.locator(".tiles")).to_be_hidden()
        expect(page.get_by_role("button", name="Take out block")).to_have_count(0)
        expect(page.locator(".blocks")).to_contain_text("Here the network is whole")
        page.get_by_role("radio", name="plain", exact=True).check()
        expect(status(page)).to_contain_text("After epoch 15: ")


def test_a_film_plays_by_itself_once_and_not_where_motion_is_unwelcome(shown, offline_page):
    end = "lab.answer({ views: [], summary: 'its end', busy: false, plays: true, error: '' })"
    page = shown("instant.js", trains=True)
    page.evaluate(f"() => {end}")
    assert [message["do"] for message in said(page)] == ["show", "play"]
    offline_page.emulate_media(reduced_motion="reduce")
    page = shown("instant.js", trains=True)
    page.evaluate(f"() => {end}")
    expect(status(page)).to_have_text("its end")
    assert [message["do"] for message in said(page)] == ["show"]
