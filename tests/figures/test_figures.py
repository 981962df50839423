"""Figures: the same bytes for the same tables, in both languages, whatever the tables hold."""

import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from datetime import date
from itertools import cycle
from pathlib import Path

import duckdb
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from flows.canonical import digest
from flows.errors import UserError
from flows.figures import access, draw
from flows.figures.ask import asking
from flows.figures.draw import draw_figures, plans
from flows.figures.names import Named, write_names
from flows.figures.plan import Edition, Language, Plan, short_number
from flows.figures.sheet import drawing, legible, picture
from flows.figures.words import axis_word, label_word
from flows.release_files.duckdb_file import write_duckdb
from schemas.fields import AXES
from schemas.products import CHANGES, arrow_schema
from schemas.tables import Tables
from support.landscapes import Made, model, write_landscape
from support.project import TODAY
from support.published import two_records

pytestmark = [pytest.mark.usefixtures("all_figures"), pytest.mark.xdist_group("figures")]

LANGUAGES: tuple[Language, ...] = ("en", "ja")
JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
NAMES = (
    "announcements",
    "trend",
    "parameters",
    "scaling",
    "multimodal",
    "access",
    "tokens",
    "languages",
    "frontier",
)
HOSTILE = (
    "<script>alert(1)</script>",
    "--><script>alert(1)</script>",
    "$\\frac{1}{2}$",
    "'; drop table models; --",
    "one\u202etwo\u2066",
    "a\nb\tc",
    "\U0001f600",
    "&amp;\"'",
    "x" * 300,
)

MODELS: tuple[Made, ...] = (
    model(1, "One", date(2020, 5, 28), parameters=175_000_000_000, scaling_route="dense", languages=["en"],
          active_parameters=175_000_000_000, training_tokens=300_000_000_000, compute_balance="under-trained",
          training_flop=3.14e23, access="paid"),
    model(2, "Two", date(2021, 6, 1), parameters=1_750_000_000_000, density="sparse", scaling_route="sparse",
          languages=["ja", "en"], access="unreleased"),
    model(3, "Deep", date(2022, 3, 1), scaling_route="deep", layers=1000, density="unknown", access="unknown"),
    model(4, "Eye", date(2021, 2, 1), parameters=1_000_000_000, access="conditional", multimodal_stage="task-model",
          media=["language-in", "vision-in", "language-out", "multimodal"]),
    model(5, "Seventy", date(2022, 3, 29), parameters=70_000_000_000, active_parameters=70_000_000_000,
          training_tokens=1_400_000_000_000, compute_balance="near-optimum", training_flop_estimate=5.9e23),
    model(6, "Later", date(2022, 6, 15), parameters=2_000_000_000, access="open"),
)  # fmt: skip


@pytest.fixture(scope="module")
def tables() -> Tables:
    """Published tables of the two records, for their codebooks."""
    return two_records()


@pytest.fixture(scope="module")
def small(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_landscape(tmp_path_factory.mktemp("small"), tables, MODELS, TODAY)


@pytest.fixture(scope="module")
def drawn(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drawn")
    draw_figures(small, folder, "2022.6.0", date(2022, 6, 30))
    return folder / "figures"


def planned_in(folder: Path, day: date) -> tuple[Edition, list[Plan]]:
    with asking(folder, "2022.6.0", day) as asked:
        return plans(asked)


def by_name(folder: Path, day: date = date(2022, 6, 30)) -> dict[str, Plan]:
    return {plan.name: plan for plan in planned_in(folder, day)[1]}


def test_every_figure_lies_there_in_both_languages_and_forms(drawn: Path) -> None:
    found = {path.name for path in drawn.iterdir()}
    assert found == {"figures.json"} | {
        f"{n}.{of}.{kind}" for n in NAMES for of in ("en", "ja") for kind in ("svg", "png")
    }
    for path in drawn.glob("*.png"):
        assert path.read_bytes().startswith(b"\x89PNG")
    for name in NAMES:
        assert (drawn / f"{name}.en.png").read_bytes() != (drawn / f"{name}.ja.png").read_bytes()


def test_a_figure_needs_no_font_and_says_neither_day_nor_maker(drawn: Path) -> None:
    for path in drawn.glob("*.svg"):
        text = path.read_text(encoding="utf-8")
        assert "<text" not in text and "<date" not in text and "dc:date" not in text
        ElementTree.fromstring(text)
    for path in drawn.glob("*.png"):
        assert b"tEXt" not in path.read_bytes()[:200]


AGAIN = """
import sys
from datetime import date
from pathlib import Path
from flows.figures.draw import draw_figures
draw_figures(Path(sys.argv[1]), Path(sys.argv[2]), "2022.6.0", date(2022, 6, 30))
"""


def test_the_same_tables_give_the_same_bytes_in_another_process_and_place(
    drawn: Path, small: Path, tmp_path: Path
) -> None:
    (tmp_path / "matplotlibrc").write_text("font.size: 30\nsvg.fonttype: none\n")
    environment = {**os.environ, "TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    command = [sys.executable, "-c", AGAIN, str(small), str(tmp_path / "again")]
    subprocess.run(command, check=True, env=environment, cwd=tmp_path)
    again = tmp_path / "again" / "figures"
    assert {p.name: digest(p.read_bytes()) for p in again.iterdir()} == {
        p.name: digest(p.read_bytes()) for p in drawn.iterdir()
    }


def test_processes_of_their_own_draw_the_same(
    drawn: Path, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draw, "_FEW", 0)
    monkeypatch.setattr(draw, "FIGURES", draw.FIGURES[:2])
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    draw_figures(small, tmp_path, "2022.6.0", date(2022, 6, 30))
    made = [path for path in (tmp_path / "figures").iterdir() if path.suffix in (".svg", ".png")]
    assert len(made) == 8
    assert [path.name for path in made if path.read_bytes() != (drawn / path.name).read_bytes()] == []


def test_texts_stand_in_both_languages_and_name_what_the_figure_rests_on(drawn: Path) -> None:
    body = json.loads((drawn / "figures.json").read_text(encoding="utf-8"))
    assert (body["version"], body["as_of"]) == ("2022.6.0", "2022-06-30")
    assert [figure["name"] for figure in body["figures"]] == list(NAMES)
    for figure in body["figures"]:
        for key in ("title", "what", "basis", "alt"):
            assert not JAPANESE.search(figure["en"][key])
            assert JAPANESE.search(figure["ja"][key])
        assert all((drawn.parent / figure[of][kind]).is_file() for of in ("en", "ja") for kind in ("svg", "png"))
    says = {figure["name"]: figure["en"] for figure in body["figures"]}
    assert says["parameters"]["basis"] == "5 of 6 models; 1 without a known size"
    assert says["scaling"]["alt"] == "Large models by route: 1 sparse, 1 dense, 1 deep."
    assert says["tokens"]["alt"].startswith("Of 2 language models 0 were trained on more tokens")
    assert says["frontier"]["alt"] == "On the last day the largest open model is Seventy, the largest closed one Two."


def test_a_day_sees_no_model_that_came_later(small: Path) -> None:
    def counted(day: date) -> str:
        return by_name(small, day)["access"].basis.en.split(";")[0]

    assert counted(date(2022, 6, 14)) == "5 models"
    assert counted(date(2022, 6, 15)) == "6 models"
    assert by_name(small, date(2020, 12, 31))["parameters"].alt.en.startswith("1 model by size")


def test_without_models_each_figure_says_so(tables: Tables, tmp_path: Path) -> None:
    empty = write_landscape(tmp_path / "empty", tables, (), TODAY)
    edition, planned = planned_in(empty, TODAY)
    assert [plan.name for plan in planned if plan.nothing is None] == []
    vector, raster = picture(planned[0], edition, "ja")
    assert vector.startswith(b"<?xml") and raster.startswith(b"\x89PNG")


def test_what_no_model_has_is_said_where_others_are_drawn(tables: Tables, tmp_path: Path) -> None:
    lone = write_landscape(tmp_path / "lone", tables, MODELS[5:], TODAY)
    edition, planned = planned_in(lone, TODAY)
    assert {plan.name for plan in planned if plan.nothing is not None} == {"scaling", "multimodal", "tokens"}
    for language, plan in zip(cycle(LANGUAGES), planned, strict=False):  # of what little there is, one picture each
        assert all(picture(plan, edition, language))


def test_a_name_is_never_markup_nor_formula(tables: Tables, tmp_path: Path) -> None:
    sizes = {
        "parameters": 200_000_000_000,
        "active_parameters": 10**11,
        "training_tokens": 10**12,
        "training_flop": 1e24,
    }
    look = {"scaling_route": "dense", "compute_balance": "under-trained"}
    made = [model(n, name, date(2021, 1 + n, 1), **sizes, **look) for n, name in enumerate(HOSTILE)]
    folder = write_landscape(tmp_path / "hostile", tables, made, TODAY)
    edition, planned = planned_in(folder, date(2022, 6, 30))
    assert all("\u202e" not in text and "\n" not in text for plan in planned for text in (*plan.alt, *plan.basis))
    for language, plan in zip(cycle(LANGUAGES), planned, strict=False):  # names are the same in both
        text = picture(plan, edition, language)[0].decode()
        tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(text).iter()}
        assert tags.isdisjoint({"script", "text", "foreignObject"})
        assert "\u202e" not in text


@pytest.mark.parametrize(
    ("text", "shown"), [("GPT-3", "GPT-3"), ("基盤", "基盤"), ("a\u202eb", "a□b"), ("\U0001f600", "□")]
)
def test_what_the_font_cannot_show_is_a_box(text: str, shown: str) -> None:
    assert legible(text) == shown


def test_every_axis_and_label_has_a_japanese_word_that_the_font_can_show(tables: Tables) -> None:
    labels = tables["axis_labels"]["label"].to_pylist()
    assert {axis for axis in AXES if axis_word(axis).ja == axis} == set()
    assert {label for label in labels if not JAPANESE.search(label_word(label).ja)} == set()
    words = [label_word(label).ja for label in labels] + [axis_word(axis).ja for axis in AXES]
    assert [word for word in words if legible(word) != word] == []


@pytest.mark.parametrize(
    ("day", "quarter"), [("2020-06-30", "2020Q2"), ("2021-03-31", "2021Q1"), ("2021-12-31", "2021Q4")]
)
def test_access_by_quarter_is_that_of_the_table_of_trends(
    tables: Tables, tmp_path: Path, day: str, quarter: str
) -> None:
    made = {**tables, "changes": arrow_schema(CHANGES).empty_table()}
    write_duckdb(tmp_path / "kiban.duckdb", made, TODAY.isoformat())
    with asking(tmp_path, "2022.6.0", date.fromisoformat(day)) as asked:
        content = access.content_of(asked)
        told = asked.rows(f"select label, cumulative_count from trends where axis = 'access' and quarter = '{quarter}'")
    assert dict(zip(content.labels, content.counts[-1], strict=True)) == dict(told)


def test_a_release_without_what_figures_rest_on_is_refused(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "kiban.duckdb")) as connection:
        connection.execute("create table models (name varchar)")
    with pytest.raises(UserError, match=r"no figures can be made of it: .*; give a release of schema 2 or later"):
        planned_in(tmp_path, TODAY)


@pytest.fixture
def plot() -> Iterator[Figure]:
    with drawing():
        figure = Figure(figsize=(6, 4), dpi=100)
        FigureCanvasAgg(figure)
        yield figure


def test_names_leave_each_other_room_the_first_first(plot: Figure) -> None:
    axes = plot.add_axes((0.1, 0.1, 0.8, 0.8))
    axes.set_xlim(0, 10)
    axes.set_ylim(0, 10)
    crowd = [Named(5 + n / 100, 5 + n / 100, f"Model {n}") for n in range(30)]
    assert 1 <= write_names(axes, crowd) < 10
    boxes = [text.get_window_extent() for text in axes.texts]
    assert axes.texts[0].get_text() == "Model 0"
    assert not any(a.overlaps(b) for n, a in enumerate(boxes) for b in boxes[:n])


def test_a_name_that_finds_no_room_at_the_border_is_left_out(plot: Figure) -> None:
    axes = plot.add_axes((0.4, 0.4, 0.05, 0.05))
    assert write_names(axes, [Named(0.5, 0.5, "A long name")]) == 0


@pytest.mark.parametrize(
    ("heights", "places"),
    [([], []), ([10, 50], [10, 50]), ([10, 11, 12], [10, 13.6, 17.2]), ([96, 99, 99.5], [92.8, 96.4, 100])],
)
def test_labels_beside_areas_are_moved_apart_and_stay_below_the_top(heights: list[float], places: list[float]) -> None:
    assert access._apart(heights) == pytest.approx(places)


@pytest.mark.parametrize(
    ("value", "en", "ja"),
    [
        (175e9, "175B", "1750億"),
        (1e12, "1T", "1兆"),
        (1.085e12, "1.08T", "1.08兆"),
        (125e6, "125M", "1.25億"),
        (20, "20", "20"),
    ],
)
def test_numbers_are_short_in_the_way_of_each_language(value: float, en: str, ja: str) -> None:
    assert (short_number(value, "en"), short_number(value, "ja")) == (en, ja)
