"""The page as a whole: sizes, light and dark, settings, charts, saving and opening."""

import json
import re
from urllib.request import urlopen

import pytest

SIZES = {"phone": (390, 844), "small": (1024, 700), "desk": (1280, 800), "wide": (1920, 1080), "4K": (3840, 2160)}
OVERFLOW = "() => document.scrollingElement.scrollWidth - innerWidth"


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_every_screen(visitor, size, scheme):
    visit = visitor(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme).open()
    visit.play()
    visit.wait("__stage.step > 100 && __stage.draws > 10")
    assert visit.page.evaluate(OVERFLOW) <= 0
    assert visit.colours(".picture") > 20
    assert visit.brightness() < 60 if scheme == "dark" else visit.brightness() > 240


def test_the_first_look_is_on_one_screen(visit):
    box = visit.page.locator(".stage").bounding_box()
    assert box["y"] + box["height"] <= 800
    for part in (".transport", ".net", ".out", ".say"):
        inside = visit.page.locator(part).bounding_box()
        assert inside["y"] >= 0
        assert inside["y"] + inside["height"] <= 800


def test_on_a_phone_buttons_are_large_enough_to_touch(visitor):
    visit = visitor(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True).open()
    visit.page.get_by_role("button", name=re.compile("^Play")).tap()
    visit.wait("__stage.state === 'playing'")
    box = visit.page.get_by_role("button", name=re.compile("^Pause")).bounding_box()
    assert min(box["width"], box["height"]) >= 44


def test_dark_and_light_change_without_a_new_mount(visit):
    visit.play()
    light = visit.brightness()
    visit.page.emulate_media(color_scheme="dark")
    visit.wait("getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor !== 'rgb(251, 251, 250)'")
    assert visit.brightness() < light
    assert visit.stage("mounts") == 1
    visit.wait("__stage.state === 'playing'")


def test_a_preset_is_loaded_with_a_sentence_on_what_to_try(visit):
    visit.press(re.compile("Presets"))
    cards = visit.page.locator("[class*=st-key-preset] button, .st-key-presets button")
    cards.nth(9).wait_for()
    before = visit.scene("experiment")
    cards.nth(4).click()
    visit.wait("JSON.stringify(__tap.scene.experiment) !== argument", json.dumps(before, separators=(",", ":"), ensure_ascii=False))
    visit.wait_for_text("Try this.")


def test_a_setting_of_the_page_reaches_the_run_and_back(visit):
    visit.press(re.compile(r"^Batch"))
    field = visit.page.get_by_label("Batch size")
    field.first.fill("25")
    field.first.press("Enter")
    visit.wait("__tap.scene.batch_size === 25")
    visit.page.get_by_role("button", name=re.compile(r"Batch\s*25")).wait_for()


def test_a_change_on_the_stage_reaches_the_page(visit):
    visit.page.locator(".thumb[data-index]").nth(9).click()
    visit.page.get_by_role("button", name=re.compile(r"Loss\s*(?!Binary)\w+")).wait_for()


@pytest.mark.parametrize("moment", [0, 100, 200, 300])  # milliseconds after the first picture: in between the page's script is told of it
def test_one_may_leave_at_any_moment(visitor, moment):
    visit = visitor().open()
    visit.page.wait_for_timeout(moment)
    visit.page.get_by_role("link", name="Vision").click()
    visit.wait("__tap.scene?.lab === 'vision' && __stage.state === 'paused'")
    visit.page.locator("canvas.below").wait_for()


def test_charts_are_drawn_below_the_fold(visit):
    visit.play()
    visit.wait("__stage.step > 500")
    visit.pause()
    visit.page.get_by_text("Charts", exact=True).first.click()
    visit.page.locator(".js-plotly-plot").first.wait_for()
    assert visit.stage("mounts") == 1


def test_a_run_is_saved_and_opened_as_a_file(visit, tmp_path):
    visit.play()
    visit.wait("__stage.step > 500")
    visit.pause()
    step, weights = visit.frame("step"), visit.values("network/weights")
    with visit.page.expect_download() as download:
        visit.page.get_by_role("button", name=re.compile("Save")).first.click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    visit.send(do="restart")
    visit.wait("__stage.step === 0")
    visit.press(re.compile("Open"))
    visit.page.locator("input[type=file][accept*='.safetensors']").set_input_files(path)
    visit.wait("__stage.step === argument", step)
    visit.wait("__tap.frame.step === argument", step)
    assert visit.values("network/weights") == weights


def test_everything_has_a_name_and_a_place_in_the_tab_order(visit):
    nameless = """() => {
      const found = [], all = root => [...root.querySelectorAll("*")].flatMap(e => [e, ...(e.shadowRoot ? all(e.shadowRoot) : [])]);
      for (const element of all(document)) {
        if (!element.matches("button, input, select, [role=button]") || !element.checkVisibility()) continue;
        const names = [...["aria-label", "aria-labelledby", "title"].map(name => element.getAttribute(name)), element.innerText];
        names.push(element.closest("label")?.innerText, element.labels?.[0]?.innerText);
        if (!names.some(name => name?.trim())) found.push(element.outerHTML.slice(0, 200));
      }
      return found;
    }"""
    assert visit.page.evaluate(nameless) == []


def test_health_is_answered(server):
    with urlopen(f"{server.url}/_stcore/health") as answer:
        assert answer.read() == b"ok"


def test_what_is_said_of_the_data_can_be_seen(visit):
    """The network's canvas reaches below the thumbnails and covers what it lies on."""
    top = """() => {
      const find = (root, wanted) => {
        for (const element of root.querySelectorAll("*")) {
          const found = element.matches(wanted) ? element : element.shadowRoot && find(element.shadowRoot, wanted);
          if (found) return found;
        }
      };
      const said = find(document, ".data-sentence"), { x, y } = said.getBoundingClientRect();
      return said.getRootNode().elementFromPoint(x + 5, y + 5) === said;
    }"""
    assert visit.page.evaluate(top)
