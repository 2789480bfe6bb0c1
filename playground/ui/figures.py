"""Charts to study a run with: each a Plotly figure made of a snapshot, in the stage's colours."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from playground.ui.palette import Palette
from playground.ui.snapshot import Snapshot
from playground.ui.words import number

HEIGHT = 360
BINS = 41


def curves(seen: Snapshot, colours: Palette, log: bool = True) -> go.Figure:
    """Train and test loss against steps, each named at its end; below them the accuracy on the test part, for classes."""
    scored = bool(np.isfinite(seen.history[:, 3]).any())
    figure = make_subplots(rows=1 + scored, cols=1, shared_xaxes=True, vertical_spacing=0.08, row_heights=[0.68, 0.32][: 1 + scored])
    steps = seen.history[:, 0]
    draw(figure, steps, seen.history[:, 1], "train loss", colours.ink3, 1.3, row=1)
    draw(figure, steps, seen.history[:, 2], "test loss", colours.ink, 1.8, row=1)
    figure.update_yaxes(title="loss", type="log" if log else "linear", tickformat="~g", row=1)
    if scored:
        draw(figure, steps, seen.history[:, 3], "test accuracy", colours.ink, 1.8, row=2)
        figure.update_yaxes(title="accuracy", tickformat=".0%", range=[None, 1.02], row=2)
    figure.update_xaxes(title="step", row=1 + scored)
    figure.update_layout(hovermode="x unified")
    return dressed(figure, colours, HEIGHT + 110 * scored)


def draw(figure: go.Figure, x: np.ndarray, y: np.ndarray, name: str, colour: str, width: float, row: int) -> None:
    """A line with its name at its end."""
    known = np.isfinite(y)
    if not known.any():
        return
    figure.add_scatter(x=x, y=y, name=name, mode="lines", line={"color": colour, "width": width}, hovertemplate="%{y:.4g}", row=row, col=1)
    last = int(np.flatnonzero(known)[-1])
    end: dict[str, Any] = {"x": [x[last]], "y": [y[last]], "text": [f"  {name.split()[0]}"], "textfont": {"color": colour}}
    figure.add_scatter(**end, mode="text", textposition="middle right", cliponaxis=False, hoverinfo="skip", row=row, col=1)


def confusion(seen: Snapshot, colours: Palette) -> go.Figure:
    """How often each class was taken for which: rows are the truth, shades the share of the row, numbers the counts."""
    size = len(seen.classes)
    counts = np.bincount(seen.truth * size + seen.answers.argmax(axis=1), minlength=size * size).reshape(size, size)
    share = counts / np.maximum(1, counts.sum(axis=1, keepdims=True))
    names = [str(name) for name in seen.classes]
    figure = go.Figure(
        go.Heatmap(z=share, x=names, y=names, zmin=0, zmax=1, colorscale=[colours.paper, colours.ink], showscale=False, xgap=2, ygap=2)
    )
    figure.update_traces(customdata=counts, hovertemplate="%{y} taken for %{x}: %{customdata} (%{z:.0%})<extra></extra>")
    if size <= 12:
        figure.update_traces(text=counts, texttemplate="%{text}")
    figure.update_xaxes(title="answer", type="category", showgrid=False, constrain="domain")
    figure.update_yaxes(title="truth", type="category", showgrid=False, autorange="reversed", scaleanchor="x", constrain="domain")
    return titled(
        dressed(figure, colours, max(HEIGHT, 22 * size + 100)), f"Right: {number(100 * counts.trace() / counts.sum())} %", colours
    )


def roc(seen: Snapshot, colours: Palette) -> go.Figure:
    """True against false positives of the second class at every threshold (Fawcett 2006, algorithm 1), and the area below."""
    false, true = rates(seen.truth == 1, seen.answers[:, 1])
    figure = go.Figure(go.Scatter(x=[0, 1], y=[0, 1], mode="lines", line={"color": colours.line, "width": 1}, hoverinfo="skip"))
    figure.add_scatter(
        x=false,
        y=true,
        mode="lines",
        line={"color": colours.ink, "width": 1.8},
        hovertemplate="%{y:.0%} found, %{x:.0%} false alarms<extra></extra>",
    )
    figure.update_xaxes(title="false alarms", tickformat=".0%", range=[-0.01, 1.01], constrain="domain")
    figure.update_yaxes(title="found", tickformat=".0%", range=[-0.01, 1.01], scaleanchor="x", constrain="domain")
    return titled(dressed(figure, colours), f"Area under the curve: {number(float(np.trapezoid(true, false)))}", colours)


def rates(positive: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """False and true positive rates while the threshold falls; equal scores are one step. NaN scores come last."""
    order = np.argsort(-scores, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)
    true, all_seen = np.cumsum(positive[order])[ends], ends + 1
    return np.append(0, (all_seen - true) / max(1, np.sum(~positive))), np.append(0, true / max(1, positive.sum()))


def fit(seen: Snapshot, colours: Palette) -> go.Figure:
    """Predicted against true values, a point for each example; on the diagonal they are equal."""
    figure = go.Figure()
    ends = [float(seen.truth.min()), float(seen.truth.max())]
    figure.add_scatter(x=ends, y=ends, mode="lines", line={"color": colours.line, "width": 1}, hoverinfo="skip")
    for i, target in enumerate(seen.targets):
        marker = {"size": 5, "color": colours.classes[i % len(colours.classes)], "opacity": 0.7}
        words = "true %{x:.4g}, predicted %{y:.4g}<extra></extra>"
        figure.add_scatter(x=seen.truth[:, i], y=seen.answers[:, i], mode="markers", name=target, marker=marker, hovertemplate=words)
    figure.update_xaxes(title="true")
    figure.update_yaxes(title="predicted")
    return titled(dressed(figure, colours), f"Explained variance R²: {number(explained(seen.truth, seen.answers))}", colours)


def explained(truth: np.ndarray, answers: np.ndarray) -> float:
    """R², 1 - residual / total sum of squares; at most 1, and 0 for answers that are the mean."""
    total = float(np.sum((truth - truth.mean(axis=0)) ** 2))
    return 1 - float(np.sum((truth - answers) ** 2)) / total if total else 0.0


def histograms(seen: Snapshot, colours: Palette) -> go.Figure:
    """Weights with biases of each layer, and below them the gradients of the last batch."""
    layers = seen.layers
    figure = make_subplots(
        rows=2,
        cols=len(layers),
        column_titles=[layer.title for layer in layers],
        vertical_spacing=0.18,
        horizontal_spacing=0.25 / (len(layers) + 3),
    )
    for i, layer in enumerate(layers):
        own = colours.ink if i + 1 == len(layers) else colours.layers[i % len(colours.layers)]
        for row, (values, colour) in enumerate(((layer.weights, own), (layer.gradients, colours.gradient)), 1):
            figure.add_trace(bars(values, colour), row=row, col=i + 1)
    for row, title in enumerate(("weights", "gradients"), 1):
        figure.update_yaxes(title=title, row=row, col=1)
    figure.update_layout(bargap=0.08)
    return dressed(figure, colours, 460)


def bars(values: np.ndarray, colour: str) -> go.Bar:
    """A histogram, symmetric about 0; numbers that are not finite are left out."""
    finite = values[np.isfinite(values)]
    reach = float(np.abs(finite).max(initial=0)) or 1.0
    counts, edges = np.histogram(finite, BINS, (-reach, reach))
    middle = (edges[1:] + edges[:-1]) / 2
    return go.Bar(x=middle, y=counts, marker_color=colour, hovertemplate="%{y} near %{x:.3g}<extra></extra>")


def titled(figure: go.Figure, text: str, colours: Palette) -> go.Figure:
    """A sentence above the chart, in small ink."""
    figure.update_layout(title={"text": text, "font": {"size": 14, "color": colours.ink2}, "x": 0, "xanchor": "left"}, margin_t=48)
    return figure


def dressed(figure: go.Figure, colours: Palette, height: int = HEIGHT) -> go.Figure:
    """Ink on paper: hairlines for a grid, no boxes, no legend. A zoom outlives the next drawing."""
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 56, "t": 24, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": "Source Sans, sans-serif", "size": 12.5, "color": colours.ink2},
        hoverlabel={"bgcolor": colours.paper, "bordercolor": colours.line, "font": {"color": colours.ink}},
        modebar={"bgcolor": "rgba(0,0,0,0)", "color": colours.ink3, "activecolor": colours.ink},
        showlegend=False,
        uirevision="zoom",
    )
    axis = {"gridcolor": colours.line, "zerolinecolor": colours.line, "linecolor": colours.line, "automargin": True, "title_standoff": 6}
    figure.update_xaxes(**axis)
    figure.update_yaxes(**axis)
    return figure
