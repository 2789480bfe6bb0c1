"""The network under the hand: weights and biases edited, layers and neurons added, features switched, activations chosen."""

import re

import pytest


def layers(visit):
    return visit.scene("experiment")["layers"]


def find_hovered(visit, wanted):
    """Move the pointer down the first hidden column until the card's title says what is wanted."""
    station = visit.page.locator(".station[data-column='1']").bounding_box()
    net = visit.page.locator(".net canvas").last.bounding_box()
    x = station["x"] + station["width"] / 2
    for y in range(int(net["y"]) + 70, int(net["y"] + net["height"]), 6):
        visit.page.mouse.move(x, y)
        visit.page.wait_for_timeout(40)
        card = visit.page.locator(".card.on")
        if card.count() and re.search(wanted, card.inner_text()):
            return card
    raise AssertionError(f"no card says {wanted}")


def test_hover_on_a_neuron_shows_its_numbers_and_its_picture_large(visit):
    title = visit.page.locator(".out-title").inner_text()
    card = find_hovered(visit, "Hidden 1")
    assert all(label in card.inner_text() for label in ("bias", "mean", "saturated", "∂L/∂b", "tanh"))
    visit.wait("__tap.frame.look?.name === 'dense_1'")
    assert visit.page.locator(".out-title").inner_text() != title
    visit.page.mouse.move(5, 5)
    visit.wait("!__tap.frame.look")


def test_click_on_a_neuron_edits_its_bias(visit):
    find_hovered(visit, "Hidden 1")
    before = visit.values("network/weights")
    visit.page.mouse.down()
    visit.page.mouse.up()
    visit.page.locator(".card.editing input").fill("1.25")
    visit.page.keyboard.press("Enter")
    visit.wait("__tap.values('network/weights').includes(1.25)")
    assert sum(a != b for a, b in zip(before, visit.values("network/weights"), strict=True)) == 1


@pytest.mark.parametrize("training", [False, True], ids=["paused", "training"])
def test_a_weight_is_edited_by_keys(visit, training):
    if training:
        visit.send(do="pace", stage=False, steps_per_second=2)
        visit.play()
    visit.page.locator(".net canvas[tabindex]").focus()
    visit.page.keyboard.press("ArrowDown")
    visit.page.keyboard.press("w")
    visit.page.keyboard.press("Enter")
    visit.page.locator(".card.editing input").fill("-2.5")
    visit.page.keyboard.press("Enter")
    visit.wait("__tap.values('network/weights').some(weight => Math.abs(weight + 2.5) < 0.2)")


def test_escape_drops_what_was_written(visit):
    before = visit.values("network/weights")
    visit.page.locator(".net canvas[tabindex]").focus()
    visit.page.keyboard.press("ArrowDown")
    visit.page.keyboard.press("Enter")
    visit.page.locator(".card.editing input").fill("3")
    visit.page.keyboard.press("Escape")
    visit.page.wait_for_timeout(300)
    assert visit.values("network/weights") == before


def test_a_layer_is_put_in_and_taken_out(visit):
    count = len(layers(visit))
    visit.press("Put a layer before the head")
    visit.wait("__tap.scene.experiment.layers.length === argument", count + 1)
    assert visit.frame("step") == 0
    visit.play()
    visit.wait("__stage.step > 100")
    for units in reversed(range(1, layers(visit)[-1]["units"])):
        visit.press(f"One neuron less in Hidden {count + 1}")
        visit.wait("__tap.scene.experiment.layers.at(-1).units === argument", units)
    visit.press(f"Remove Hidden {count + 1}")
    visit.wait("__tap.scene.experiment.layers.length === argument", count)


def test_neurons_come_and_go_and_the_others_keep_their_weights(visit):
    units = layers(visit)[0]["units"]
    first = visit.values("network/weights")[0]
    visit.press("One neuron more in Hidden 1")
    visit.wait("__tap.scene.experiment.layers[0].units === argument", units + 1)
    assert visit.values("network/weights")[0] == pytest.approx(first)
    visit.press("One neuron less in Hidden 1")
    visit.wait("__tap.scene.experiment.layers[0].units === argument", units)


def test_an_activation_is_chosen_for_one_layer(visit):
    visit.page.get_by_role("combobox", name="Activation of Hidden 1").select_option("relu")
    visit.wait("__tap.scene.experiment.layers[0].activation.kind === 'relu'")
    assert layers(visit)[1]["activation"]["kind"] == "tanh"


def test_a_feature_is_switched_on_by_keys(visit):
    off = next(i for i, feature in enumerate(visit.scene("features")) if not feature["on"])
    visit.page.locator(".net canvas[tabindex]").focus()
    visit.page.keyboard.press("ArrowLeft")
    for _ in range(12):
        visit.page.keyboard.press("ArrowUp")
    for _ in range(off):
        visit.page.keyboard.press("ArrowDown")
    visit.page.keyboard.press("Enter")
    visit.wait("__tap.scene.features[argument].on", off)


def test_a_layer_is_moved_by_keys(visit):
    units = [layer["units"] for layer in layers(visit)]
    handle = visit.page.get_by_role("button", name=re.compile("^Move Hidden 1"))
    handle.focus()
    visit.page.keyboard.press("ArrowRight")
    visit.wait("__tap.scene.experiment.layers[0].units === argument", units[1])


@pytest.mark.parametrize("units", [32, 1024])
def test_wide_layers_are_drawn_and_say_what_is_left_out(visit, units):
    for layer in (0, 1):
        visit.send(do="set", path=["layers", layer, "units"], value=units)
        visit.wait("__tap.scene.columns[argument[0] + 1].units === argument[1]", [layer, units])
    assert [len(column["shown"]) for column in visit.scene("columns")[1:3]] == [min(units, 64)] * 2
    visit.wait_for_text("Shown in part.")
    visit.play()
    visit.wait("__stage.step > 10")
    assert visit.colours(".net canvas") > 20
