"""What every lab must do in the browser."""

import pytest

from playground.labs import labs


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 930, 1280, 2560])
@pytest.mark.parametrize("lab", labs())
def test_it_fits_every_screen(visitor, lab, width, scheme):
    visit = visitor(viewport={"width": width, "height": 844}, color_scheme=scheme).open(lab)
    assert (visit.brightness() > 128) == (scheme == "light")
    assert visit.most_colours() > 20
    assert visit.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
