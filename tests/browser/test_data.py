"""Data on the page: data sets by their pictures, points painted with the mouse, tables uploaded."""

import re

import numpy as np
import pytest


@pytest.mark.parametrize("kind", ["spiral", "xor", "rings", "plane"])
def test_a_data_set_is_chosen_by_its_picture(visit, kind):
    buttons = visit.page.locator(".thumb[data-index]")
    index = [record["kind"] for record in visit.scene("thumbnails")].index(kind)
    buttons.nth(index).click()
    visit.wait("__tap.scene.experiment.data.kind === argument", kind)
    assert buttons.nth(index).get_attribute("aria-pressed") == "true"
    visit.play()
    visit.wait("__stage.step > 100")


def paint(visit, name, places):
    """One stroke with the named class over places of the picture, as shares of it."""
    visit.press(name)
    box = visit.page.locator(".overlay").bounding_box()
    at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    visit.page.mouse.move(*at[0])
    visit.page.mouse.down()
    for place in at[1:]:
        visit.page.mouse.move(*place, steps=4)
    visit.page.mouse.up()


def points(visit):
    return visit.scene("experiment")["data"]["points"]


def test_points_are_painted_undone_and_trained_on(visit):
    visit.press("Paint points")
    paint(visit, "Class 0", [(0.2, 0.2), (0.2, 0.8)])
    visit.wait("__tap.scene.experiment.data.points?.length > 2")
    left = len(points(visit))
    paint(visit, "Class 1", [(0.8, 0.2), (0.8, 0.8)])
    visit.wait("__tap.scene.experiment.data.points.length > argument", left)
    assert {point[2] for point in points(visit)} == {0, 1}
    assert all(x < 0 for x, _, which in points(visit) if which == 0)
    visit.press("Undo the last stroke")
    visit.wait("__tap.scene.experiment.data.points.length === argument", left)
    paint(visit, "Class 1", [(0.8, 0.2), (0.8, 0.8)])
    visit.wait("__tap.scene.experiment.data.points.length > argument", left)
    visit.press("Done")
    visit.play()
    visit.wait("__tap.frame.step > 2000 && __tap.frame.train < 0.05")


def test_an_empty_easel_says_what_to_do(visit):
    visit.press("Paint points")
    paint(visit, "Class 0", [(0.5, 0.5), (0.6, 0.5)])
    visit.wait("__tap.scene.experiment.data.kind === 'painted'")
    visit.press("Remove all points")
    visit.wait("__tap.scene.experiment.data.points.length === 0")
    visit.wait_for_text("Paint some points, or choose a data set")


@pytest.fixture
def table(tmp_path):
    """Two numbers and a category decide a class; some values are missing."""
    rng = np.random.default_rng(0)
    size, weight = rng.normal(size=200), rng.normal(size=200)
    colours = rng.choice(["red", "green"], size=200)
    lines = [f"{s:.3f};{w:.3f};{c};{'yes' if s + w > 0 else 'no'}" for s, w, c in zip(size, weight, colours, strict=True)]
    lines[7] = ";0.5;red;yes"
    path = tmp_path / "fruit.csv"
    path.write_text("size;weight;colour;ripe\n" + "\n".join(lines))
    return path


def upload(visit, path):
    visit.press("Upload a table")
    visit.page.locator("input[type=file][accept*='.csv']").set_input_files(path)


def test_a_table_is_uploaded_and_learned(visit, table):
    upload(visit, table)
    visit.wait("__tap.scene.experiment.data.kind === 'upload'")
    assert visit.scene("classes") == ["no", "yes"]
    assert {feature["name"] for feature in visit.scene("features")} >= {"size", "weight"}
    visit.page.keyboard.press("Escape")
    visit.play()
    visit.wait("__tap.frame.step > 500 && __tap.frame.accuracy > 0.9")


BAD = {
    "empty": (b"", "empty"),
    "binary": (bytes(range(256)) * 40, "text"),
    "one row": (b"a,b\n1,2\n", "row"),
    "one class": (b"a,b\n1,yes\n2,yes\n3,yes\n", "yes"),
}


@pytest.mark.parametrize(("content", "word"), BAD.values(), ids=BAD)
def test_a_bad_table_is_refused_in_a_sentence_and_nothing_is_lost(visit, tmp_path, content, word):
    before = visit.scene("experiment")["data"]
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    upload(visit, path)
    visit.wait_for_text(re.compile(rf"^.*\b{word}\b.*\.$"))
    assert visit.scene("experiment")["data"] == before
