"""An activation by itself."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from playground.activations import Activation, AnyActivation
from playground.activations.relu import ReLU
from playground.engine.graph import Graph, Tensor
from playground.layers import Layer


class ActivationLayer(Layer):
    """Applies an activation to each number by itself: after normalization, say, of a layer whose own activation is linear."""

    kind: Literal["activation"] = "activation"
    title: ClassVar[str] = "Activation"
    activation: AnyActivation = Field(default_factory=ReLU, title="Activation", description="What is made of each number.")

    def build(self, graph: Graph, x: Tensor) -> Tensor:
        """The same shape."""
        return self.activation.build(graph, x)

    def note(self) -> str:
        """The activation's name."""
        activation: Activation = self.activation
        return activation.title
