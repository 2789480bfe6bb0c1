"""The halves of an autoencoder as segments: from the picture to its code, and from any code to a picture."""

from __future__ import annotations

from playground.engine.graph import Tensor
from playground.engine.passes import Pass
from playground.engine.program import Place, Plan
from playground.tasks.network import Network


def emit_halves(plan: Plan, flow: Pass, network: Network, code: Tensor, whole: str, halves: tuple[str, str]) -> None:
    """Both halves by their own names and, one after the other, as `whole`; between them stands the pass's "code", which one may write."""
    nodes = network.graph.nodes
    for segment, part in zip(halves, (nodes[: network.encoder], nodes[network.encoder : network.forward]), strict=True):
        plan.segments[segment] = []  # there, too, where there is nothing to do
        plan.forward(flow, part, segment)
    plan.places[f"{flow.prefix}code"] = Place(plan.offset(flow, code), flow.shape(code))
    plan.segments[whole] = [line for segment in halves for line in plan.segments[segment]]
