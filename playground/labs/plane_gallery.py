"""The plane lab's gallery: experiments worth a look. The first is where everybody begins."""

from __future__ import annotations

from typing import Any

from playground.labs import Preset, gallery


def dense(*units: int, activation: str = "tanh", **more: Any) -> list[dict[str, Any]]:
    """Dense layers one after the other."""
    return [{"kind": "dense", "units": n, "activation": activation, **more} for n in units]


def relu(*units: int) -> list[dict[str, Any]]:
    """Dense layers of ReLU with the initializer made for them."""
    return dense(*units, activation="relu", initializer="he")


def adam(rate: float) -> dict[str, Any]:
    """Adam with this learning rate."""
    return {"kind": "adam", "learning_rate": rate}


def sgd(rate: float) -> dict[str, Any]:
    """Plain gradient descent with this learning rate."""
    return {"kind": "sgd", "learning_rate": rate}


FIRST, DEPTH, TROUBLE, NOISE, CLASSES, NUMBERS, TABLES = (
    "First steps",
    "Features and depth",
    "When it will not learn",
    "Noise",
    "Many classes",
    "Numbers to predict",
    "Real tables",
)
SQUARES = ["x1", "x2", "x1^2", "x2^2"]
WAVES = ["x1", "x2", "x1^2", "x2^2", "x1x2", "sin_x1", "sin_x2"]
EVERY = [*WAVES, "cos_x1", "cos_x2"]
NOISY = {"kind": "xor", "samples": 200, "noise": 0.3}
PAINTED = [
    [-3.5, 2, 0], [-2.5, 3, 0], [-1.5, 1.5, 0], [-3, 0.5, 0], [-2, -0.5, 0], [-4, -1.5, 0], [-0.5, 3.5, 0], [2.5, -2, 0],
    [3.5, 2, 1], [2, 3, 1], [1.5, 0.5, 1], [0.5, -1.5, 1], [3, 0, 1], [-0.5, -3, 1], [-2.5, -3.5, 1], [4, -3.5, 1],
]  # fmt: skip

GALLERY: tuple[tuple[str, str, str, str, str, dict[str, Any]], ...] = (
    (
        "circle",
        "Circle",
        FIRST,
        "How many lines make a ring?",
        "Each of the four neurons draws a line; hover over them, then take one away at a time: how many does a closed ring need?",
        {"data": "circle", "features": ["x1", "x2"], "layers": dense(4, 2), "optimizer": adam(0.03)},
    ),
    (
        "neuron",
        "A single neuron",
        FIRST,
        "What can a single neuron say?",
        "One neuron, one line: click on both weights and set them to 0, and only the bias is left to speak: what can it still say?",
        {"data": {"kind": "gauss", "noise": 0.1}, "layers": [], "optimizer": sgd(0.03)},
    ),
    (
        "xor",
        "Exclusive or",
        FIRST,
        "Why can one straight line not solve this?",
        "No single line parts these squares: take the hidden layer away and watch; which one feature brings the accuracy back?",
        {"data": "xor", "layers": dense(8), "optimizer": adam(0.03)},
    ),
    (
        "painted",
        "Your own points",
        FIRST,
        "How few points make an island?",
        "Paint a point where it hurts most and watch the border go round it while it trains: how few points make an island?",
        {"data": {"kind": "painted", "points": PAINTED, "test_fraction": 0.0}, "layers": dense(8, 4), "optimizer": adam(0.01)},
    ),
    (
        "squares",
        "The right inputs",
        DEPTH,
        "What is a hidden layer for?",
        "With x₁² and x₂² a circle needs no hidden layer at all; swap them for x₁ and x₂ and see what a hidden layer is for.",
        {"data": "circle", "features": ["x1^2", "x2^2"], "layers": [], "optimizer": adam(0.03)},
    ),
    (
        "waves",
        "Spiral, with help",
        DEPTH,
        "Can features do what layers do?",
        "Switch off sin x₁ and sin x₂: can two layers of eight neurons still wind the spiral?",
        {
            "data": {"kind": "spiral", "noise": 0.05},
            "features": WAVES,
            "layers": dense(8, 8),
            "optimizer": adam(0.01),
            "training": {"l2": 0.001},
        },
    ),
    (
        "spiral",
        "Spiral, from x₁ and x₂ alone",
        DEPTH,
        "How do layers wind a spiral out of lines?",
        "Lines in the first layer, corners in the second, arms in the third: hover from left to right and see it put together.",
        {"data": "spiral", "layers": relu(8, 8, 8), "optimizer": adam(0.01)},
    ),
    (
        "deep",
        "Seven layers deep",
        DEPTH,
        "Why is deeper not always better?",
        "More layers, and yet it never gets there: look at the gradients of the first, then open the next preset, A way around.",
        {"data": "spiral", "layers": dense(8, 8, 8, 8, 8, 8, 8), "optimizer": adam(0.01)},
    ),
    (
        "residual",
        "A way around",
        DEPTH,
        "What does a way around a layer change?",
        "The same seven layers, all but the first with a skip around them: now 60 epochs will do. Which skip can be spared?",
        {
            "data": "spiral",
            "layers": [*dense(8), *({"kind": "residual", "layers": dense(8)} for _ in range(6))],
            "optimizer": adam(0.01),
        },
    ),
    (
        "vanishing",
        "Vanishing gradients",
        TROUBLE,
        "Where do gradients go in a deep network?",
        "Slow down and watch gradients shrink on the way back through six sigmoids; with tanh the circle is learned at once.",
        {"data": "circle", "layers": dense(6, 6, 6, 6, 6, 6, activation="sigmoid"), "optimizer": sgd(0.1)},
    ),
    (
        "dying",
        "Dying ReLU",
        TROUBLE,
        "What does a dead neuron look like?",
        "Steps too large push neurons to where their ReLU is 0 for every input: count the grey tiles, then try a tenth of the rate.",
        {"data": "xor", "features": SQUARES, "layers": relu(8, 8), "optimizer": sgd(0.3)},
    ),
    (
        "too_fast",
        "Learning rate too high",
        TROUBLE,
        "What happens when the steps are too large?",
        "Each step leaps further up the other side of the valley, until the loss overflows: go back and find the edge near 0.08.",
        {"data": "plane", "layers": [], "optimizer": sgd(0.1)},
    ),
    (
        "symmetry",
        "All alike",
        TROUBLE,
        "Why must weights begin at random?",
        "Weights that begin equal stay equal, so all neurons are one: change a weight by hand, and its neuron goes its own way.",
        {"data": "circle", "layers": dense(4, 2, initializer={"kind": "constant", "value": 0.5}), "optimizer": adam(0.03)},
    ),
    (
        "memorising",
        "Learning by heart",
        NOISE,
        "When should training have stopped?",
        "A wide network learns noise by heart: the train loss sinks while the test loss climbs; when would you have stopped?",
        {"data": NOISY, "layers": relu(64, 64), "optimizer": adam(0.003)},
    ),
    (
        "decay",
        "Held back by L2",
        NOISE,
        "How does a price on weights keep the border plain?",
        "The same points, the same width, but large weights cost: the border stays plain. How much L2 is too much?",
        {"data": NOISY, "layers": relu(64, 64), "optimizer": adam(0.003), "training": {"l2": 0.03}},
    ),
    (
        "dropout",
        "Held back by dropout",
        NOISE,
        "Why silence half of the neurons?",
        "Half of the neurons are silent in each step, so none relies on another: compare the losses with Learning by heart.",
        {
            "data": NOISY,
            "layers": [*relu(64), {"kind": "dropout", "rate": 0.5}, *relu(64), {"kind": "dropout", "rate": 0.5}],
            "optimizer": adam(0.003),
        },
    ),
    (
        "sparse",
        "L1 chooses the inputs",
        NOISE,
        "Which inputs matter at all?",
        "All nine features are on, and L1 pays for every weight: watch all links fade but the two that matter.",
        {
            "data": {"kind": "circle", "noise": 0.1},
            "features": EVERY,
            "layers": [],
            "optimizer": adam(0.01),
            "training": {"l1": 0.02},
        },
    ),
    (
        "blobs",
        "Six classes",
        CLASSES,
        "How do six classes share one probability?",
        "Six outputs share a probability of 1, so borders meet in corners: raise the noise and see where it begins to doubt.",
        {"data": {"kind": "blobs", "classes": 6, "noise": 0.2}, "layers": dense(8), "optimizer": adam(0.01)},
    ),
    (
        "arms",
        "Three arms",
        CLASSES,
        "Is the network wide enough for one more class?",
        "Hover over an output to see its own arm, then add a fourth class: is the network still wide enough?",
        {"data": {"kind": "arms", "classes": 3, "samples": 600}, "layers": relu(16, 16), "optimizer": adam(0.005)},
    ),
    (
        "hills",
        "Hills and hollows",
        NUMBERS,
        "How does a network draw a landscape?",
        "No classes, but a height at every point: which neurons make which hill, and what would ReLU do to the flat land?",
        {"data": {"kind": "hills", "samples": 1000}, "layers": dense(12, 12), "optimizer": adam(0.01)},
    ),
    (
        "sine",
        "A wave",
        NUMBERS,
        "How few neurons make a wave?",
        "Bends of tanh join to a wave while the rate cools down: with sin x₁ switched on, how few neurons are enough?",
        {
            "data": {"kind": "sine", "noise": 0.05},
            "layers": dense(12, 12),
            "optimizer": adam(0.02),
            "training": {"schedule": {"kind": "cosine", "duration": 5000}},
        },
    ),
    (
        "diabetes",
        "Diabetes",
        TABLES,
        "How much do ten measurements know?",
        "Ten measurements tell about half of what there is to know: see how soon the test loss turns. Which can be spared?",
        {"data": "diabetes", "layers": dense(8), "optimizer": adam(0.003), "training": {"l2": 0.01}},
    ),
    (
        "breast_cancer",
        "Breast cancer",
        TABLES,
        "Which measurements can be spared?",
        "Thirty measurements of cells, seen along their two main directions: how many can go before it errs more often?",
        {"data": "breast_cancer", "layers": dense(8), "optimizer": adam(0.005)},
    ),
    (
        "digits",
        "Handwritten digits",
        TABLES,
        "Which digits are mistaken longest?",
        "Sixty-four pixels in, ten digits out, 96 of 100 right within a few epochs: which two are mistaken longest?",
        {"data": "digits", "layers": relu(32), "optimizer": adam(0.003)},
    ),
)

PRESETS: tuple[Preset, ...] = gallery(GALLERY)
