import base64
import io
import math
import re
import subprocess
import sys

import jupyter
import numpy as np
import plotly.express as px
import plotly.io
import pytest
import torch
from made_up import comparison, run
from PIL import Image
from playwright.sync_api import expect

from course import networks, plots, smoothing, summaries, themes, views, wording
from course.labs import setup_cell
from course.views import axes

KINDS = ("plain", "highway", "residual")


def drawn(figure, name):
    """The trace with this name."""
    return next(trace for trace in figure.data if trace.name == name)


def words(figure):
    return " | ".join(annotation.text for annotation in figure.layout.annotations)


def everything():
    runs = [run(kind, 50) for kind in KINDS]
    return {
        "curves": plots.curves(runs),
        "depth": plots.loss_against_depth(comparison()[1]),
        "layers": plots.layers([0.1, 0.01, 0.001]),
        "map": plots.heatmap(np.full((5, 4), 0.1), unit="norm"),
    }


@pytest.mark.parametrize(
    ("name", "quantity", "x"),
    [
        ("curves", "Training loss, nats, log scale", "step (64 pictures)"),
        ("depth", "Final training loss, nats, log scale", "depth, layers, log scale"),
        ("layers", "Gradient norm, log scale", "layer (1 is next to the input)"),
        ("map", "Gradient size per layer, norm, log scale", "step"),
    ],
)
def test_every_figure_names_its_quantity_with_unit_and_scale_above_the_axis_and_its_x_axis(name, quantity, x):
    figure = everything()[name]
    assert figure.layout.title.text == f"<b>{quantity}</b>"
    assert figure.layout.xaxis.title.text == x
    assert figure.layout.yaxis.title.text is None  # it would be rotated


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_template_is_registered_and_has_the_themes_page_ink_and_colours(theme):
    layout = plotly.io.templates[{"light": "course", "dark": "course_dark"}[theme]].layout
    assert layout.paper_bgcolor == layout.plot_bgcolor == themes.tokens()["ui"][theme]["page"]
    assert layout.font.color == themes.tokens()["ui"][theme]["ink"]
    assert list(layout.colorway) == [colours[theme] for colours in themes.tokens()["kinds"].values()]


def test_dark_figures_take_the_dark_template_and_the_kinds_dark_colours():
    figure = plots.curves([run("highway")], theme="dark")
    assert figure.layout.template.layout.paper_bgcolor == themes.tokens()["ui"]["dark"]["page"]
    assert drawn(figure, "highway 10").line.color == themes.colour("highway", "dark")


def test_another_theme_is_refused_by_name():
    with pytest.raises(ValueError, match='"light" or "dark"; got \'sepia\''):
        plots.curves([run()], theme="sepia")


def test_each_kind_has_its_own_colour_dash_and_marker():
    figure = plots.curves([run(kind, 50) for kind in KINDS])
    lines = [drawn(figure, name) for name in KINDS]
    assert [line.line.color for line in lines] == [themes.colour(kind) for kind in KINDS]
    assert [line.line.dash for line in lines] == [themes.pattern(kind)["plotly_dash"] for kind in KINDS]
    assert len({line.line.dash for line in lines}) == len({line.marker.symbol for line in lines}) == 3


def test_runs_of_one_kind_share_its_colour_and_differ_by_dash_and_marker_and_label():
    figure = plots.curves([run("plain", depth) for depth in (2, 10, 20, 50)])
    lines = [drawn(figure, f"plain {depth}") for depth in (2, 10, 20, 50)]
    assert {line.line.color for line in lines} == {themes.colour("plain")}
    assert len({line.line.dash for line in lines}) == len({line.marker.symbol for line in lines}) == 4


def test_the_trials_of_one_network_are_labelled_by_rate_and_no_two_look_alike():
    rates = [2.0**-k for k in range(-2, 13)]  # the ladder and two more
    figure = plots.curves([run(None, rate=rate) for rate in rates])
    lines = [drawn(figure, f"rate {wording.rate(rate)}") for rate in rates]
    assert len({(line.line.dash, line.marker.symbol) for line in lines}) == 15
    assert len({line.line.dash for line in lines}) == 15


def test_a_label_says_only_what_tells_the_runs_apart():
    deep = [run(kind, 50, rate=rate) for kind, rate in (("plain", 0.1), ("highway", 0.2))]
    assert "rate" not in words(plots.curves(deep))
    assert "50 layers;" in plots.curves(deep).layout.title.subtitle.text
    assert "seed 1" in words(plots.curves([run(seed=0), run(seed=1)]))
    assert "deepened" in words(plots.curves({"10 layers": run(), "50, deepened": run()}))


def test_the_label_at_the_end_gives_the_loss_that_tables_quote_and_while_it_runs_the_drawn_value():
    for status in ("finished", "running"):
        made = run("plain", 50, last=0.00051, status=status)
        smoothed = smoothing.smooth([r.loss for r in made.steps])[-1]
        said = wording.number(made.loss if status == "finished" else smoothed)
        assert said in words(plots.curves([made])) and wording.number(made.loss) != wording.number(smoothed)


def test_labels_that_would_meet_are_pushed_apart():
    figure = plots.curves([run(kind, 50, last=0.01) for kind in KINDS])
    downs = sorted(a.ay for a in figure.layout.annotations if a.showarrow)
    assert np.diff(downs) == pytest.approx([21, 21])


def test_a_diverged_run_is_not_drawn_past_its_end_and_says_where_that_was():
    figure = plots.curves([run("plain", 50, diverged_at=7), run("highway", 50)])
    line, end = drawn(figure, "plain"), drawn(figure, "plain, end")
    assert list(line.x) == list(range(1, 8))
    assert (end.x[0], end.y[0], end.marker.symbol) == (7, 10, "x-thin")
    assert "plain: diverged at step 7" in words(figure)


def test_a_stopped_run_ends_in_a_square():
    assert drawn(plots.curves([run(status="stopped")]), "plain 10, end").marker.symbol == "square"


def test_the_newest_run_keeps_its_own_values_as_a_thin_line_and_the_smoothing_is_said():
    figure = plots.curves([run("plain"), run("highway")])
    raw = drawn(figure, "highway, unsmoothed")
    assert raw.line.width < 1 and list(raw.y) == [r.loss for r in run("highway").steps]
    assert "running geometric mean over about 10 steps" in figure.layout.title.subtitle.text
    assert len(plots.curves([run("plain"), run("highway")], smooth=False).data) == len(figure.data) - 1


def test_a_long_caption_stands_in_lines_that_a_narrow_notebook_has_room_for():
    long, short = plots.curves([run("plain")]), plots.curves([run("plain")], smooth=False)
    lines = long.layout.title.subtitle.text.split("<br>")
    assert len(lines) == 2 and max(map(len, lines)) <= 66
    room = [figure.layout.height - figure.layout.margin.t - figure.layout.margin.b for figure in (long, short)]
    assert room[0] == room[1] and long.layout.margin.t > short.layout.margin.t


def test_epochs_and_seconds_are_measured_from_the_records():
    assert drawn(plots.curves([run()], x="epoch"), "plain 10").x[-1] == 4
    assert drawn(plots.curves([run()], x="seconds"), "plain 10").x[-1] == pytest.approx(0.4)


def test_other_splits_and_values_are_drawn_as_measured():
    figure = plots.curves([run()], split="test", value="accuracy")
    assert figure.layout.title.text == "<b>Test accuracy, per cent</b>"
    assert drawn(figure, "plain 10").mode == "lines+markers"
    assert "97.0\u202f%" in words(figure)


@pytest.mark.parametrize("value", ["loss", "accuracy", "learning_rate"])
def test_every_value_of_a_step_has_a_linear_axis_too(value):
    assert plots.curves([run()], value=value, log=False).layout.yaxis.type != "log"


def test_the_loss_of_guessing_is_a_dotted_line_named_on_it():
    figure = plots.curves([run()], classes=100)
    assert figure.layout.shapes[0].y0 == pytest.approx(math.log(100))
    assert "guessing: ln 100 = 4.61" in words(figure)


def test_nothing_to_draw_is_said_with_what_to_pass():
    with pytest.raises(ValueError, match=r"pass a list of runs, as in curves\(\[run\]\)"):
        plots.curves([])
    with pytest.raises(ValueError, match="no run has records of split 'valid'"):
        plots.curves([run()], split="valid")
    with pytest.raises(ValueError, match="split must be one of train, train_eval"):
        plots.curves([run()], split="tset")
    with pytest.raises(ValueError, match="pass the rows of compare.json"):
        plots.loss_against_depth([])
    with pytest.raises(ValueError, match="one number per layer"):
        plots.layers(torch.empty(0))
    with pytest.raises(ValueError, match=r"pass a tensor, list or array of shape \(layers, time\)"):
        plots.heatmap([])


def test_loss_against_depth_shows_medians_with_whiskers_to_the_lowest_and_highest_seed():
    figure = plots.loss_against_depth(comparison({"plain": {2: 0.01, 10: 0.2}}, seeds=(0, 1, 2))[1])
    medians = next(trace for trace in figure.data if trace.mode == "markers")
    assert list(medians.y) == pytest.approx([0.0125, 0.25])
    assert list(medians.error_y.array) == pytest.approx([0.0025, 0.05])
    assert list(medians.error_y.arrayminus) == pytest.approx([0.0025, 0.05])
    assert "plain</b>" in words(figure) and "0.25" in words(figure) and "guessing: ln 10 = 2.30" in words(figure)


def test_a_cell_that_diverged_is_a_cross_at_the_top_and_no_line_joins_two_of_them():
    rows = comparison({"plain": {2: 0.01, 10: "diverged", 50: "diverged"}})[1]
    figure = plots.loss_against_depth(rows)
    line, _, crosses = figure.data
    assert list(line.x) == [2, 10, None, 50] and list(line.y) == [pytest.approx(0.01), 10, None, 10]
    assert crosses.marker.symbol == "x-thin" and list(crosses.x) == [10, 50]
    assert "diverged at step 7" in words(figure)


def test_nine_kinds_at_one_depth_can_be_told_apart_without_colour():
    figure = plots.loss_against_depth(comparison({kind: {10: 0.1} for kind in networks.KINDS})[1])
    assert len({trace.line.dash for trace in figure.data if trace.mode == "lines"}) == 9
    assert len({trace.marker.symbol for trace in figure.data if trace.mode == "markers"}) == 9


@pytest.mark.parametrize("make", [list, np.array, torch.tensor, lambda v: [torch.tensor(x) for x in v]])
def test_layers_takes_lists_arrays_tensors_and_lists_of_tensors(make):
    line = plots.layers(make([0.1, 0.01, 0.001])).data[0]
    assert list(line.x) == [1, 2, 3] and list(line.y) == pytest.approx([0.1, 0.01, 0.001])


def test_layers_takes_a_tensor_that_is_still_in_a_graph_and_half_precision():
    values = torch.tensor([0.5, 0.25], dtype=torch.bfloat16, requires_grad=True)
    assert list(plots.layers(values).data[0].y) == [0.5, 0.25]


def test_a_layer_of_exactly_zero_is_marked_at_the_bottom_and_not_joined():
    line, zeros = plots.layers([0.1, 0.0, math.nan, 0.001]).data
    assert np.isnan(np.asarray(line.y)[[1, 2]]).all()
    assert list(zeros.x) == [2, 3] and set(zeros.y) == {0.001}
    assert zeros.marker.color == line.line.color == themes.colour("plain")


def test_layers_of_several_networks_are_labelled_and_take_the_kinds_colours():
    figure = plots.layers({"plain": [0.1, 0.01], "highway": [1.0, 0.9]})
    assert [trace.line.color for trace in figure.data] == [themes.colour("plain"), themes.colour("highway")]
    assert "<b>highway</b>" in words(figure)
    assert plots.layers({"0.weight": 0.1, "2.weight": 0.2}).data[0].y.size == 2


def test_gradient_maps_have_the_same_fixed_limits_whatever_is_in_them():
    for values, ends in (([[1e-9, 1e3]], ("≤ 10⁻⁶", "≥ 10")), ([[0.5, 0.5]], ("10⁻⁶", "10"))):
        figure = plots.heatmap(values).data[0]
        assert (figure.zmin, figure.zmax) == (-6, 1)
        assert (figure.colorbar.ticktext[0], figure.colorbar.ticktext[-1]) == ends
        assert figure.zsmooth is False
    assert list(plots.heatmap([[1e-9, 1e3]]).data[0].z[0]) == [-6, 1]


def test_exact_zeros_and_what_was_not_measured_are_hatched_outside_the_map():
    figure = plots.heatmap([[0.1, 0.0, 0.0, 0.1], [math.nan, 1, 1, 1]])
    heat, hatch = figure.data
    assert np.isnan(heat.z).tolist() == [[False, True, True, False], [True, False, False, False]]
    assert hatch.fillpattern.shape == "/"
    assert list(hatch.x[:2]) == [1.5, 3.5] and list(hatch.y[:3]) == [0.5, 0.5, 1.5]  # one box for two neighbours
    assert "hatched" in figure.layout.title.subtitle.text
    assert len(plots.heatmap([[0.1, 0.2]]).data) == 1


def test_a_diverging_map_needs_symmetric_limits_and_keeps_its_zeros():
    figure = plots.heatmap([[-0.5, 0.0]], limits=(-1, 1), log=False, diverging=True, name="Correlation")
    assert list(figure.data[0].z[0]) == [-0.5, 0.0] and len(figure.data) == 1
    assert figure.data[0].colorbar.ticktext == ("−1", "0", "1")
    with pytest.raises(ValueError, match="symmetric"):
        plots.heatmap([[0.5]], limits=(0, 1), log=False, diverging=True)


def test_a_wrong_shape_names_the_figure_that_draws_it():
    with pytest.raises(ValueError, match=r"heatmap\(\) draws layers x time"):
        plots.layers([[1.0, 2.0]])
    with pytest.raises(ValueError, match=r"layers\(\) draws one number per layer"):
        plots.heatmap([1.0, 2.0])
    with pytest.raises(ValueError, match="got 2 for 3 columns"):
        plots.heatmap([[1.0, 2.0, 3.0]], x=[1, 2])


def test_few_layers_are_parted_by_a_hairline_and_many_are_not():
    assert plots.heatmap(np.ones((20, 2))).data[0].ygap == 1
    assert plots.heatmap(np.ones((21, 2))).data[0].ygap == 0


def test_every_figure_can_be_written_as_html_and_json():
    for figure in everything().values():
        assert "plotly" in figure.to_html(include_plotlyjs=False)
        assert figure.to_json()


def test_rooms_below_the_plots_the_report_and_the_first_cell_do_not_import_plotly():
    code = (
        "import sys, course.themes, course.wording, course.records, course.summaries\n"
        "import course.training, course.sweeps, course.report, course.views\n"
        "from course.labs import environment; environment.setup()\n"
        "assert 'plotly' not in sys.modules, 'plotly'\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_smoothing_is_a_geometric_mean_that_leaves_the_last_steps_before_a_crash_alone():
    assert smoothing.smooth([1.0, 100.0, 10.0]) == pytest.approx([1, 10, 10])
    assert smoothing.smooth([1.0, 100.0, 10.0, math.inf], diverged=True) == pytest.approx([1, 100, 10, 1e15])
    assert smoothing.smooth([0.0, 0.0])[-1] > 0


def test_a_cell_says_what_became_of_its_seeds():
    rows = comparison({"plain": {2: 0.1, 4: "diverged", 6: "failed"}}, seeds=(0, 1))[1]
    trained, broken, failed = summaries.by_kind_and_depth(rows).values()
    assert (trained.state, trained.summary) == ("trained", "0.11") and trained.low < trained.median < trained.high
    assert (broken.state, broken.summary, broken.diverged) == ("diverged", "diverged at step 7", [7, 8])
    assert (failed.state, failed.summary) == ("failed", "failed") and math.isnan(failed.median)
    assert summaries.DepthResult("plain", 8).state == "missing"


def test_half_of_the_seeds_diverging_makes_a_cell_diverged_and_fewer_do_not():
    rows = comparison({"plain": {2: 0.1}}, seeds=(0, 1, 2))[1]
    rows[0] |= {"loss": None, "diverged_at": 5}
    assert summaries.by_kind_and_depth(rows)["plain", 2].state == "trained"
    rows[1] |= {"loss": None, "diverged_at": 5}
    assert summaries.by_kind_and_depth(rows)["plain", 2].state == "diverged"


def test_labels_are_spread_around_their_middle_and_keep_their_order():
    assert axes.spread([10, 10, 10], 20) == [-10, 10, 30]
    assert axes.spread([50, 0], 20) == [50, 0]
    moved = axes.spread([0, 5, 100, 101], 20)
    assert np.diff(moved).min() >= 20 - 1e-9 and moved == sorted(moved)


def test_bars_are_bars_where_there_is_plotly_too():
    fell, rose = (views.Line("fell", (-1.5, -0.5), (50, 200), "highway", "bars"),
                  views.Line("rose", (0.5, 1.5), (100, math.nan), "plain", "bars", bold=False))  # fmt: skip
    figure = plots.draw(views.Lines("Number", "change", (fell, rose), low=0, x=(-2, 2)))
    bars = [drawn(figure, name) for name in ("fell", "rose")]
    assert [(bar.type, bar.marker.color, bar.marker.opacity) for bar in bars] == [
        ("bar", themes.colour("highway"), 1), ("bar", themes.colour("plain"), pytest.approx(0.18))]  # fmt: skip
    assert list(bars[0].x) == [-1.5, -0.5] and list(bars[0].y) == [50, 200] and figure.layout.barmode == "overlay"


def test_what_px_imshow_drew_has_a_picture_where_there_is_no_plotly():
    figure = plots.pictured(px.imshow([[0.0, float("nan")], [-1.0, 2.0]], title="Four", color_continuous_midpoint=0))
    [svg] = [value for kind, value in figure._repr_mimebundle_().items() if kind == "image/svg+xml"]
    with Image.open(io.BytesIO(base64.b64decode(re.search(r"base64,([^\"]+)", svg)[1]))) as image:
        pixels = image.convert("RGBA")
    middle, empty, low, high = (pixels.getpixel(at) for at in ((0, 0), (1, 0), (0, 1), (1, 1)))
    assert empty == (0, 0, 0, 0) and len({middle, low, high}) == 3
    assert "Four" in svg and repr(figure) == "<figure: Four>"
    coloured = plots.pictured(px.imshow(np.zeros((2, 4, 3), dtype="uint8"), title="Black"))
    assert "data:image/png" in coloured._repr_mimebundle_()["image/svg+xml"]
    with pytest.raises(ValueError, match=r"pictured takes a figure that px\.imshow has made of one image"):
        plots.pictured(px.scatter(x=[1], y=[2]))


# ── in a dark page ──


FIGURE = f"""{setup_cell.text("https://example.org/course")}
from course import plots
from course.views import Line, Lines
plots.draw(Lines("Loss", "layer", (
    Line("a", [1, 2, 3], [1.0, 0.5, 0.2], "plain", number=1, value="0.2"),
    Line("b", [1, 2, 3], [1.0, 0.9, 0.8], "highway", value="0.8"),
    Line("c", [1, 2, 3], [0.3, 0.2, 0.1], "residual", "bars"),
)))
"""
PARTS = ".scatterlayer *, .barlayer path, .infolayer :is(text, tspan), .main-svg, .xaxislayer-above text"
COLOURS = f"""e => [...e.querySelectorAll("{PARTS}")].flatMap(e => {{
    const s = getComputedStyle(e); return [s.fill, s.stroke, s.backgroundColor] }})"""


def test_in_jupyterlab_a_figure_follows_the_theme(chromium, lab_server):
    def rgb(colour):
        return f"rgb({', '.join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))})"

    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    notebook = jupyter.Notebook(context.new_page(), *lab_server)
    notebook.open(FIGURE, name="figure")
    notebook.run(0)
    figure = notebook.cell(0).locator(".js-plotly-plot")
    expect(figure.locator(".main-svg").first).to_be_visible()
    for theme, other in (("dark", "light"), ("light", "dark")):
        notebook.theme(theme)
        seen = set(figure.evaluate(COLOURS))
        assert {rgb(themes.colour(kind, theme)) for kind in KINDS} <= seen
        assert {rgb(themes.ui(theme)[name]) for name in ("page", "ink", "ink2")} <= seen
        assert not {rgb(themes.colour(kind, other)) for kind in KINDS} & seen
        assert rgb(themes.ui(other)["ink2"]) not in seen, "values behind names are spans"
    notebook.shut_down()
    context.close()


def test_the_still_picture_follows_the_page_and_a_maps_stands_in_its_own_colours():
    lines, heat = plots.layers({"plain": [1.0, 2.0]}).still, plots.heatmap(np.full((5, 4), 0.1)).still
    assert "var(--k-plain)" in lines and all(
        f"--k-plain:{themes.colour('plain', t)}" in lines for t in ("light", "dark")
    )
    assert heat.startswith("<svg") and "var(--" not in heat
    assert plots.Figure(px.scatter(x=[1], y=[2])).still == ""
