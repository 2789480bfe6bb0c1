"""The inspector under the hand: opened by clicks and keys in every lab, moving while the run trains, closed again, on every screen."""

import re

import pytest

from tests.browser.test_network import find_hovered

PANEL = ".inspector:visible"
LINE = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return new Uint32Array(data.buffer).reduce((sum, word, k) => (sum * 31 + word + k) >>> 0, 7);
}"""


def inspected(visit):
    found = visit.frame("inspected")
    return found and (found["name"], found["index"])


def wait_for(visit, name):
    visit.wait("__tap.frame.inspected?.name === argument", name)
    panel = visit.page.locator(PANEL)
    panel.wait_for()
    return panel


def has_line(visit):
    """Whether the panel's first line is drawn while the run goes on: its canvas is no longer of one colour."""
    visit.wait("__tap.frame.inspected.value !== null")
    visit.wait("__tap.frame.inspected.step > argument", visit.frame("inspected")["step"] + 20)
    visit.page.wait_for_timeout(300)
    return visit.colours(f"{PANEL} .past canvas") > 3


def closes(visit):
    visit.page.keyboard.press("Escape")
    visit.wait("!__tap.frame.inspected")
    visit.page.locator(".inspector").wait_for(state="hidden")


def box(locator):
    at = locator.bounding_box()
    return at["x"], at["y"], at["x"] + at["width"], at["y"] + at["height"]


def test_a_click_on_a_neuron_shows_its_numbers_which_move_while_it_trains(visit):
    card = find_hovered(visit, "Hidden 1")
    visit.page.mouse.down()
    visit.page.mouse.up()
    panel = wait_for(visit, "dense_1/output")
    assert "Hidden 1" in panel.inner_text()
    left, top, right, bottom = box(panel)
    a, b, c, d = box(card)
    assert right <= a or c <= left or bottom <= b or d <= top, "it stands beside the card"
    visit.page.keyboard.press("Escape")
    assert panel.count() == 1, "the first Escape is the field's"
    visit.page.mouse.move(5, 5)
    visit.play()
    visit.wait("__tap.frame.inspected.value !== null && __tap.frame.inspected.step > 100")
    line = panel.locator(".past canvas").first
    before = line.evaluate(LINE)
    visit.wait("__tap.frame.inspected.step > argument", visit.frame("inspected")["step"] + 1000)
    visit.page.wait_for_timeout(300)
    assert line.evaluate(LINE) != before
    assert re.search(r"saturated\s*[\d.]+", panel.inner_text())
    assert panel.locator(".spreads canvas").count() == 2
    visit.pause()


def test_a_link_is_inspected_by_keys_and_set_by_hand_in_the_panel(visit):
    visit.page.locator(".net canvas[tabindex]").focus()
    visit.page.keyboard.press("ArrowDown")
    visit.page.keyboard.press("w")
    visit.page.keyboard.press("i")
    panel = wait_for(visit, "dense_1/weight")
    index = visit.frame("inspected")["index"]
    panel.locator("[data-edit]").click()
    panel.locator("input").fill("-1,75")
    visit.page.keyboard.press("Enter")
    visit.wait("__tap.frame.inspected.value === -1.75")
    assert inspected(visit) == ("dense_1/weight", index)
    visit.page.locator(".net canvas[tabindex]").focus()
    visit.page.keyboard.press("i")
    visit.wait("!__tap.frame.inspected || __tap.frame.inspected.name !== 'dense_1/weight'")


def test_loss_optimizer_and_what_they_name(visit):
    visit.page.get_by_role("button", name="Loss", exact=True).click()
    panel = wait_for(visit, "loss")
    visit.play()
    visit.wait("__tap.frame.inspected.table?.rows.length === 5")
    visit.pause()
    panel.locator("[data-inspect=sample]").first.click()
    wait_for(visit, "sample")
    assert "probability of its class" in panel.inner_text()
    visit.page.get_by_role("button", name=re.compile("^Adam")).click()
    wait_for(visit, "optimizer")
    assert "learning rate" in panel.inner_text()
    panel.locator("[data-inspect=dense_2]").click()
    wait_for(visit, "dense_2")
    visit.press("Close the inspector")
    visit.wait("!__tap.frame.inspected")
    panel.wait_for(state="hidden")


def test_a_layer_is_inspected_from_its_settings_and_followed_through_changes(visit):
    visit.page.get_by_role("button", name="Hidden 2", exact=True).click()
    visit.page.get_by_role("button", name="Inspect", exact=True).click()
    wait_for(visit, "dense_2")
    visit.page.keyboard.press("Escape")
    visit.send(do="set", path=["layers", 0, "units"], value=6)
    visit.wait("__tap.scene.columns[1].units === 6")
    assert inspected(visit) == ("dense_2", None)
    visit.reload()
    wait_for(visit, "dense_2")
    visit.send(do="remove", path=["layers", 1])
    visit.wait("!__tap.frame.inspected")


def test_the_panel_is_dragged_by_its_header(visit):
    visit.send(do="inspect", name="loss")
    panel = wait_for(visit, "loss")
    panel.evaluate("panel => Promise.all(panel.getAnimations().map(animation => animation.finished))")  # it slides in
    left, top, *_ = box(panel)
    visit.page.mouse.move(left + 60, top + 18)
    visit.page.mouse.down()
    visit.page.mouse.move(left - 140, top + 68, steps=4)
    visit.page.mouse.up()
    assert box(panel)[:2] == pytest.approx((left - 200, top + 50), abs=1)


def test_a_point_of_the_picture_is_inspected(visit):
    surface = visit.page.locator(".overlay").bounding_box()
    for k in range(40):  # somewhere on this line there is a point
        visit.page.mouse.click(surface["x"] + 40 + 5 * k, surface["y"] + 130)
        visit.page.wait_for_timeout(60)
        if visit.frame("inspected"):
            break
    assert visit.frame("inspected")["name"] == "sample"


def test_maps_kernels_units_and_bars_of_the_vision_lab(visitor):
    visit = visitor().open("vision")
    canvas = visit.page.locator(".net canvas.below")
    canvas.focus()
    visit.page.keyboard.press("PageDown")
    visit.page.keyboard.press("Enter")
    wait_for(visit, "conv2d_1/output")
    assert visit.frame("inspected")["kind"] == "map"
    visit.play()
    visit.wait("__tap.frame.inspected.pictures.length === 2")
    visit.pause()
    visit.page.locator(".bars").click(position={"x": 120, "y": 70})
    wait_for(visit, "head/output")
    visit.page.get_by_role("button", name="Picture", exact=True).click()
    wait_for(visit, "features")
    box = canvas.bounding_box()
    station = visit.page.locator(".station").nth(1).bounding_box()
    for x in range(int(box["x"]) + 170, int(station["x"] + station["width"] / 2), 6):
        visit.page.mouse.click(x, box["y"] + 98)
        visit.page.wait_for_timeout(60)
        if inspected(visit)[0] == "conv2d_1/weight":
            break
    assert visit.frame("inspected")["kind"] == "kernel"


def test_noise_neurons_and_losses_of_two_players(visitor):
    visit = visitor().open("adversarial")
    net = visit.page.locator(".net > canvas").last.bounding_box()
    station = visit.page.locator(".station.layer[data-column='1']").bounding_box()
    x = station["x"] + station["width"] / 2
    for y in range(int(net["y"]) + 90, int(net["y"] + net["height"]), 8):
        visit.page.mouse.move(x, y)
        visit.page.wait_for_timeout(40)
        if "Generator 1, neuron" in " ".join(visit.page.locator(".card.on").all_inner_texts()):
            break
    visit.page.mouse.down()
    visit.page.mouse.up()
    panel = wait_for(visit, "generator/dense_1/output")
    assert "Generator 1" in panel.inner_text()
    visit.page.keyboard.press("Escape")
    visit.page.mouse.move(5, 5)
    visit.play()
    assert has_line(visit)
    visit.pause()
    closes(visit)
    visit.page.get_by_role("button", name="Discriminator loss").click()
    wait_for(visit, "loss")
    assert "generator's loss" in panel.inner_text()
    visit.page.get_by_role("button", name="Noise", exact=True).click()
    wait_for(visit, "noise")
    visit.page.mouse.move(5, 5)
    visit.page.locator(".net > canvas[tabindex]").focus()
    visit.page.keyboard.press("ArrowLeft")
    visit.page.keyboard.press("i")
    visit.wait("__tap.frame.inspected?.name === 'noise' && __tap.frame.inspected.index?.length === 1")
    closes(visit)


def test_maps_latent_numbers_pictures_and_loss_of_the_variational_lab(visitor):
    visit = visitor().open("variational")
    canvas = visit.page.locator(".net canvas.below").bounding_box()
    station = visit.page.locator(".station", has_text="Dense").first.bounding_box()
    x = station["x"] + station["width"] / 2 - 8
    for y in range(int(canvas["y"]) + 80, int(canvas["y"]) + 140, 5):
        visit.page.mouse.click(x, y)
        visit.page.wait_for_timeout(60)
        if visit.frame("inspected"):
            break
    panel = wait_for(visit, "dense_1/output")
    visit.play()
    assert has_line(visit)
    visit.pause()
    closes(visit)
    visit.page.locator(".numbers b").nth(1).click()
    wait_for(visit, "mean/output")
    assert visit.frame("inspected")["index"] == [1]
    visit.page.locator(".numbers em").first.click()
    wait_for(visit, "loss/kl_by_dimension")
    visit.page.get_by_role("button", name="sample", exact=True).click()
    wait_for(visit, "log_variance")
    closes(visit)
    visit.page.locator("canvas.strip.again").click(position={"x": 50, "y": 20})
    wait_for(visit, "sample")
    assert "error of what is made of it" in panel.inner_text()
    assert panel.locator(".seen canvas").count() == 1
    visit.page.get_by_role("button", name="Loss", exact=True).first.click()
    visit.page.get_by_role("button", name="its parts").click()
    wait_for(visit, "loss")
    assert "reconstruction" in panel.inner_text()
    closes(visit)


def test_gates_states_and_chances_of_the_sequence_lab(visitor):
    visit = visitor().open("sequence")
    steps, left = visit.page.locator("canvas.steps"), visit.page.locator(".corner").bounding_box()["width"]
    steps.click(position={"x": left + 200, "y": 70})
    panel = wait_for(visit, "lstm_1/states/forget")
    assert re.search(r"forget gate, unit \d+, step \d+", panel.inner_text())
    visit.play()
    assert has_line(visit)
    visit.pause()
    closes(visit)
    steps.focus()
    visit.page.keyboard.press("Home")
    visit.page.keyboard.press("i")
    wait_for(visit, "lstm_1/states/cell")
    assert visit.frame("inspected")["index"][0] == 0
    assert visit.frame("inspected")["gradient"] > 0
    visit.page.mouse.move(5, 5)
    closes(visit)
    visit.page.locator(".next canvas").click(position={"x": 120, "y": 40})
    wait_for(visit, "head/output")
    visit.page.get_by_role("button", name="Head", exact=True).click()
    wait_for(visit, "head")
    closes(visit)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_fits_every_screen(visitor, width, scheme):
    visit = visitor(viewport={"width": width, "height": 844}, color_scheme=scheme).open()
    visit.send(do="inspect", name="dense_1/output", index=[0])
    panel = wait_for(visit, "dense_1/output")
    visit.play()
    visit.wait("__tap.frame.inspected.value !== null")
    visit.pause()
    left, top, right, bottom = box(panel)
    assert left >= 0
    assert right <= width
    assert top > 100
    assert bottom <= 844 + 1
    assert visit.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    visit.press("Close the inspector")
    panel.wait_for(state="hidden")


def test_a_finger_points_first_and_inspects_then(visitor):
    visit = visitor(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True).open()
    units = visit.page.locator(".net canvas").last.bounding_box()
    station = visit.page.locator(".station[data-column='1']").bounding_box()
    for y in range(int(station["y"] + 30), int(station["y"] + 110), 10):
        visit.page.touchscreen.tap(units["x"] + units["width"] / 2 - 35, y)
        visit.page.wait_for_timeout(80)
        if "Hidden 1" in " ".join(visit.page.locator(".card.on").all_inner_texts()):
            break
    assert not visit.frame("inspected")
    visit.page.touchscreen.tap(units["x"] + units["width"] / 2 - 35, y)
    visit.wait("__tap.frame.inspected")
    assert visit.page.locator(".card.editing").count() == 0
