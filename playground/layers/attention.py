"""Attention: every time looks at every other."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import ClassVar, Literal

from pydantic import Field

from kernels import attention as kernels
from kernels.matmul import SCRATCH, dense_backward, dense_forward, dense_weights
from playground.engine.graph import Graph, Operation, ShapeError, Tensor
from playground.initializers import AnyInitializer, Glorot, Zeros
from playground.layers import Layer

projection = Operation(
    "projection",
    dense_forward,
    dense_backward,
    sizes=lambda rows, inputs: (rows * inputs[0].shape[0], *inputs[1].shape),
    shape=lambda inputs: (inputs[0].shape[0], inputs[1].shape[1]),
    scratch=lambda rows, inputs: SCRATCH,
    multiply_adds=lambda inputs: inputs[0].shape[0] * inputs[1].size,
    spares_weights=True,
    weights=dense_weights,
)


@cache
def attention(heads: int, causal: bool) -> Operation:
    """Inputs: queries (time, width), keys and values (others, width), the others' lengths (or none).

    Keeps who looks at whom: weights (heads, time, others).
    """

    def sizes(rows: int, inputs: Sequence[Tensor]) -> tuple[int, ...]:
        (time, width), (others, _) = inputs[0].shape, inputs[1].shape
        return rows, heads, time, others, width, int(causal)

    return Operation(
        "attention",
        kernels.attention_forward,
        kernels.attention_backward,
        sizes=sizes,
        auxiliary=lambda inputs: ((heads, inputs[0].shape[0], inputs[1].shape[0]),),
        scratch=lambda rows, inputs: inputs[0].shape[0] * inputs[1].shape[0] + SCRATCH,
        multiply_adds=lambda inputs: 2 * inputs[0].size * inputs[1].shape[0],
    )


class MultiHeadAttention(Layer):
    """Every time asks all others, and gathers the values of those whose keys answer; several heads ask at once (Vaswani et al. 2017).

    As torch.nn.MultiheadAttention: queries, keys and values are affine maps of the input, and so is the output of what was gathered.
    With `others` keys and values are made of another sequence, that layer's output (cross-attention). What is behind the others' lengths
    is not looked at. The attention weights are "attention.auxiliary_1", (heads, time, others): row i says how much time i takes of each.
    The keys' bias changes nothing, since it adds the same to all scores of a query; PyTorch has it too.
    """

    kind: Literal["multi_head_attention"] = "multi_head_attention"
    title: ClassVar[str] = "Multi-head attention"
    heads: int = Field(4, ge=1, le=16, title="Heads", description="How many questions are asked at once; the width is split among them.")
    causal: bool = Field(False, title="Causal", description="Each time sees itself and what came before, not what comes after.")
    others: str = Field(
        "",
        max_length=100,
        title="Looks at",
        description='The earlier layer whose output is looked at, as "embedding_1"; empty: the sequence itself.',
    )
    initializer: AnyInitializer = Field(
        default_factory=Glorot, title="First weights", description="How the weights begin; biases begin with 0."
    )

    def build(self, graph: Graph, x: Tensor) -> Tensor:
        """(time, width) -> (time, width). Raises ShapeError when x is no sequence, or its width no multiple of the heads."""
        if x.rank != 2:
            raise ShapeError(f"{self.title} needs a sequence (time, width), got {x.shape}. Put a Reshape before it.")
        if x.shape[1] % self.heads:
            fitting = ", ".join(str(heads) for heads in range(1, 17) if x.shape[1] % heads == 0)
            raise ShapeError(
                f"Heads share the width evenly, and {self.heads} heads cannot share {x.shape[1]}. "
                f"Take one of {fitting} heads, or another width."
            )
        others, width = self.looked_at(graph) if self.others else x, x.shape[1]
        queries, keys, values = (self.project(graph, y, width, name) for y, name in ((x, "queries"), (others, "keys"), (others, "values")))
        gathered = graph.apply(attention(self.heads, self.causal), queries, keys, values, others.lengths)
        return self.project(graph, gathered, width, "output")

    def looked_at(self, graph: Graph) -> Tensor:
        """The other sequence."""
        outputs = {name.removesuffix("/output"): y for name, y in graph.tensors.items() if name.endswith("/output") and y.rank == 2}
        if self.others not in outputs:
            known = f"There are: {', '.join(outputs)}." if outputs else "There is none yet."
            raise ShapeError(f"{self.title} looks at a sequence that an earlier layer puts out, and {self.others!r} is none. {known}")
        return outputs[self.others]

    def project(self, graph: Graph, x: Tensor, width: int, name: str) -> Tensor:
        """An affine map of that name at each time, to that width."""
        with graph.scope(name):
            weight = graph.parameter("weight", (x.shape[1], width), self.initializer)
            bias = graph.parameter("bias", (width,), Zeros(), regularized=False)
            return graph.apply(projection, x, weight, bias)

    def ahead(self) -> str:
        """It looks both ways unless it is causal."""
        return "" if self.causal else "Switch Causal on."

    def note(self) -> str:
        """Its kind and its heads."""
        return f"attention, {self.heads} {'head' if self.heads == 1 else 'heads'}"
