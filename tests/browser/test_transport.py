"""Play, pause, step, restart, slow motion: by the mouse and by keys."""

import re

import pytest

SEEN = """() => {
  const segments = new Set();
  __playground.link.watch(() => {
    const slow = __tap.frame.slow;
    if (slow) segments.add(slow.stages[slow.index].segment);
    __tap.segments = [...segments];
  });
}"""


def test_a_picture_is_there_before_play(visit):
    assert visit.stage("state") == "paused"
    assert visit.frame("step") == 0
    assert visit.colours(".picture") > 20
    assert visit.colours(".net canvas") > 20


def test_play_trains_and_pause_stands_still(visit):
    visit.play()
    visit.wait("__stage.step > 500")
    visit.pause()
    step, train = visit.frame("step"), visit.frame("train")
    visit.page.wait_for_timeout(300)
    assert visit.frame("step") == step
    assert train < 0.6


def test_the_curve_and_the_counters_follow(visit):
    visit.play()
    visit.wait("__stage.step > 2000")
    visit.pause()
    shown = visit.page.locator(".counter[data-name=step] output").inner_text()
    assert int(re.sub(r"\D", "", shown)) == visit.frame("step")
    assert visit.page.locator(".counter[data-name='test/accuracy'] output").inner_text().endswith("%")
    assert visit.colours(".curve") > 5


def test_step_trains_one_batch(visit):
    for step in (1, 2, 3):
        visit.press(re.compile("^One step"))
        visit.wait("__stage.step === argument", step)


def test_restart_brings_the_same_weights_and_a_new_seed_others(visit):
    first = visit.values("network/weights")
    visit.play()
    visit.wait("__stage.step > 100")
    visit.press(re.compile("^Restart with the same seed"))
    visit.wait("__tap.frame.step === 0 || __tap.frame.state === 'playing'")
    visit.send(do="pause")
    visit.send(do="restart")
    visit.wait("__tap.frame.step === 0 && __tap.frame.state === 'paused'")
    assert visit.values("network/weights") == first
    visit.press(re.compile("^Restart with a new seed"))
    visit.wait("Math.abs(__tap.values('network/weights')[0] - argument) > 0", first[0])


def test_keys_play_step_restart_and_help(visit):
    keyboard = visit.page.keyboard
    keyboard.press("Space")
    visit.wait("__stage.state === 'playing' && __stage.step > 0")
    keyboard.press("Space")
    visit.wait("__stage.state === 'paused'")
    step = visit.frame("step")
    keyboard.press("ArrowRight")
    visit.wait("__stage.step === argument", step + 1)
    keyboard.press("r")
    visit.wait("__stage.step === 0")
    keyboard.press("?")
    keys = visit.page.get_by_role("dialog", name="Keys")
    keys.wait_for()
    keyboard.press("Escape")
    keys.wait_for(state="hidden")


@pytest.mark.parametrize("steps_per_second", [1, 20])
def test_the_pace_is_kept(visit, steps_per_second):
    visit.send(do="pace", stage=False, steps_per_second=steps_per_second)
    visit.play()
    visit.wait("__stage.step > 0")
    first, begun = visit.page.evaluate("() => [__stage.step, performance.now()]")
    visit.page.wait_for_timeout(3000)
    step, now = visit.page.evaluate("() => [__stage.step, performance.now()]")
    assert step - first == pytest.approx(steps_per_second * (now - begun) / 1000, abs=1 + 0.2 * 3 * steps_per_second)


def test_slow_motion_shows_every_stage_in_words(visit):
    visit.page.evaluate(SEEN)
    visit.page.get_by_role("slider", name="Pace").fill("0")
    visit.wait("__tap.frame.pace.stage")
    visit.play()
    visit.wait_for_text(re.compile(r"Forward into"))
    visit.wait_for_text(re.compile(r"Loss of this point"))
    visit.wait_for_text(re.compile(r"Backward"))
    visit.wait("__tap.segments.length === 4 && __stage.step > 0")
    assert visit.page.evaluate("() => __tap.segments.toSorted()") == ["backward", "forward", "loss", "update"]


def test_the_step_button_goes_from_stage_to_stage(visit):
    visit.send(do="pace", stage=True)
    for index in range(3):
        visit.wait("__tap.frame.slow?.index === argument", index)
        visit.press(re.compile("^One step"))  # to the end of this stage
        visit.wait("__tap.frame.slow.elapsed >= __tap.frame.slow.duration && !__tap.frame.slow.running")
        visit.press(re.compile("^One step"))  # the next one moves, though the run is paused
    visit.wait("__tap.frame.slow.index === 3 && __tap.frame.slow.running")
    assert visit.frame("step") == 0
    assert visit.frame("state") == "paused"


def test_reduced_motion_plays_too(visitor):
    visit = visitor(reduced_motion="reduce").open()
    visit.play()
    visit.wait("__stage.step > 100")


def test_states_are_announced(visit):
    announced = visit.page.locator("[role=status].live")
    visit.play()
    visit.wait("__stage.step > 100")
    visit.pause()
    assert re.match(r"Paused\. Step [\d\s]+, test loss [\d.]+, test accuracy [\d.]+\s?%", announced.inner_text())


def test_a_click_on_a_segment_goes_straight_there(visit):
    for segment in ("loss", "update"):
        visit.page.locator(f".stages [data-segment={segment}] button").click()
        visit.wait(f"__tap.frame.slow?.stages[__tap.frame.slow.index].segment === '{segment}'")
    assert visit.frame("state") == "paused"
