"""Rows of different lengths, padded with zeros, against PyTorch's packed sequences and padding masks at float64."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from playground import Experiment, Run
from playground.engine.graph import Graph, Tensor
from playground.engine.machine import Machine
from playground.layers import Layer, stack
from playground.layers.attention import MultiHeadAttention
from playground.layers.bidirectional import Bidirectional
from playground.layers.conv1d import Conv1D
from playground.layers.embedding import Embedding
from playground.layers.gru import GRU
from playground.layers.layer_norm import LayerNorm
from playground.layers.lstm import LSTM
from playground.layers.recurrent import Recurrent, SimpleRNN
from playground.losses import MSE
from playground.tasks import segments
from tests.kernels.desk import relative_error
from tests.playground.networks import ROWS, machine_of
from tests.playground.twins import Weights, double, weight_of
from tests.playground.twins.recurrent import parameters

TIME, ENTRIES = 7, 6
LENGTHS = [4, 7, 0, 1, 6, 2]
ATTENDED = [4, 7, 3, 1, 6, 2]  # PyTorch makes NaN of a row with nothing to look at
TOLERANCE = 2e-5
MODULES: dict[type[Recurrent], type[torch.nn.RNNBase]] = {LSTM: torch.nn.LSTM, GRU: torch.nn.GRU, SimpleRNN: torch.nn.RNN}


def machine_with(*layers: Layer, lengths: list[int] = LENGTHS) -> Machine:
    """Whole numbers with zeros at the end of rows and some between -> layers -> mean squared error, one step."""
    probe = Graph()
    outputs = stack(probe, layers, probe.input("x", (TIME,))).size

    def write(graph: Graph, x: Tensor, target: Tensor) -> Tensor:
        return MSE().build(graph, graph.reshape(stack(graph, layers, x), (outputs,)), target, "linear")

    machine = machine_of(write, inputs=TIME, targets=outputs, seed=5)
    rng = np.random.default_rng(5)
    machine.view("target")[...] = rng.normal(size=(ROWS, outputs))
    machine.view("input")[...] = rng.integers(0, ENTRIES, (ROWS, TIME))
    for row, length in zip(machine.view("input"), lengths, strict=True):
        row[length:], row[max(length - 1, 0) : length] = 0, 1
    machine.execute("step")
    return machine


def embedded(machine: Machine, weights: Weights) -> torch.Tensor:
    """(rows, time, width)."""
    return weight_of(machine, weights, "embedding_1/weight")[torch.tensor(machine.view("input")).long()]


def packed(layer: Layer, x: torch.Tensor, machine: Machine, weights: Weights, scope: str) -> torch.Tensor:
    """What PyTorch makes of a packed sequence: of a module with both directions the half that is meant. It has no rows of no length."""
    if isinstance(layer, Bidirectional):
        ways = [(layer.layer.model_copy(update={"reverse": reverse}), "backward" if reverse else "forward") for reverse in (False, True)]
        return torch.cat([packed(one, x, machine, weights, f"{scope}/{name}") for one, name in ways], dim=-1)
    assert isinstance(layer, Recurrent)
    given = parameters(machine, weights, scope)
    if isinstance(layer, GRU):
        given["bias_hh_l0"] = weight_of(machine, weights, f"{scope}/recurrent_bias")
    module = MODULES[type(layer)](x.shape[2], layer.hidden, batch_first=True, bidirectional=True).double()
    lengths = torch.tensor(LENGTHS)
    sequence = pack_padded_sequence(x, lengths.clamp(min=1), batch_first=True, enforce_sorted=False)
    both, _ = torch.func.functional_call(module, given | {f"{name}_reverse": value for name, value in given.items()}, (sequence,))
    states = pad_packed_sequence(both, batch_first=True, total_length=TIME)[0].chunk(2, dim=2)[layer.reverse]
    states = states * (lengths > 0)[:, None, None]
    last = torch.zeros_like(lengths) if layer.reverse else (lengths - 1).clamp(min=0)
    return states if layer.sequence else states[torch.arange(ROWS), last]


@pytest.mark.parametrize("sequence", [True, False])
@pytest.mark.parametrize("way", ["forward", "backward", "both"])
@pytest.mark.parametrize("kind", MODULES)
def test_recurrent_layers_end_with_the_row(kind: type[Recurrent], way: str, sequence: bool) -> None:
    one = kind(hidden=5, sequence=sequence, reverse=way == "backward")
    layer = Bidirectional(layer=one) if way == "both" else one
    machine, weights = machine_with(Embedding(entries=ENTRIES, width=3, padding=True), layer), Weights()
    output = packed(layer, embedded(machine, weights), machine, weights, f"{layer.kind}_1")
    agree(machine, weights, output, f"{layer.kind}_1/output")


def test_recurrent_layers_hand_lengths_on() -> None:
    layers = LSTM(hidden=4, sequence=True), Bidirectional(layer=GRU(hidden=3, sequence=True)), SimpleRNN(hidden=5)
    machine, weights = machine_with(Embedding(entries=ENTRIES, width=3, padding=True), *layers), Weights()
    x = embedded(machine, weights)
    for layer in layers:
        x = packed(layer, x, machine, weights, f"{layer.kind}_1")
    agree(machine, weights, x, "simple_rnn_1/output")


def agree(machine: Machine, weights: Weights, output: torch.Tensor, name: str) -> None:
    """The output of that name and the gradients of all weights are PyTorch's."""
    assert relative_error(machine.view(name), output.detach().numpy()) < TOLERANCE
    target = torch.tensor(machine.view("target"), dtype=torch.float64)
    torch.nn.functional.mse_loss(output.reshape(target.shape), target).backward()
    for weight, tensor in weights.items():
        assert relative_error(machine.view(f"{weight}.grad"), tensor.grad.numpy()) < TOLERANCE, weight


def torch_attention(
    layer: MultiHeadAttention, queries: torch.Tensor, others: torch.Tensor, machine: Machine, weights: Weights
) -> list[torch.Tensor]:
    """(output, attention weights) of torch.nn.MultiheadAttention with a mask of the padding, and a causal one."""
    name, width = "multi_head_attention_1", queries.shape[2]
    module = torch.nn.MultiheadAttention(width, layer.heads, batch_first=True, kdim=others.shape[2], vdim=others.shape[2] + 1)
    parts = {part: weight_of(machine, weights, f"{name}/{part}/weight").T for part in ("queries", "keys", "values", "output")}
    biases = {part: double(machine.view(f"{name}/{part}/bias")) for part in parts}
    given = {
        "q_proj_weight": parts["queries"],
        "k_proj_weight": parts["keys"],
        "v_proj_weight": torch.nn.functional.pad(parts["values"], (0, 1)),  # one column more, which meets a 0, or PyTorch wants one matrix
        "in_proj_bias": torch.cat([biases[part] for part in ("queries", "keys", "values")]),
        "out_proj.weight": parts["output"],
        "out_proj.bias": biases["output"],
    }
    padding = torch.arange(TIME) >= torch.tensor(ATTENDED)[:, None]
    causal = torch.ones(queries.shape[1], TIME, dtype=torch.bool).triu(1) if layer.causal else None
    asked = queries, others, torch.nn.functional.pad(others, (0, 1))
    options = {"key_padding_mask": padding, "attn_mask": causal, "average_attn_weights": False}
    return list(torch.func.functional_call(module.double(), given, asked, options))


@pytest.mark.parametrize("causal", [False, True])
def test_attention_does_not_look_behind_the_length(causal: bool) -> None:
    layer = MultiHeadAttention(heads=2, causal=causal)
    machine, weights = machine_with(Embedding(entries=ENTRIES, width=6, padding=True), layer, lengths=ATTENDED), Weights()
    x = embedded(machine, weights)
    output, looks = torch_attention(layer, x, x, machine, weights)
    assert relative_error(machine.view("multi_head_attention_1/attention.auxiliary_1"), looks.detach().numpy()) < TOLERANCE
    agree(machine, weights, output, "multi_head_attention_1/output")


@pytest.mark.parametrize("causal", [False, True])
def test_attention_looks_at_another_sequence(causal: bool) -> None:
    layer = MultiHeadAttention(heads=2, causal=causal, others="embedding_1")
    layers = Embedding(entries=ENTRIES, width=3, padding=True), Conv1D(filters=4, stride=2), layer
    machine, weights = machine_with(*layers, lengths=ATTENDED), Weights()
    queries = double(machine.view("conv1d_1/output"))
    output, looks = torch_attention(layer, queries, double(machine.view("embedding_1/output")), machine, weights)
    assert looks.shape == (ROWS, 2, 4, TIME)
    assert relative_error(machine.view("multi_head_attention_1/attention.auxiliary_1"), looks.detach().numpy()) < TOLERANCE
    agree(machine, weights, output, "multi_head_attention_1/output")
    assert relative_error(machine.view("conv1d_1/output.grad"), queries.grad.numpy()) < TOLERANCE


def test_gradients_equal_finite_differences() -> None:
    layers = (
        Embedding(entries=ENTRIES, width=4, padding=True),
        LSTM(hidden=4, sequence=True),
        MultiHeadAttention(heads=2, causal=True),
        Bidirectional(layer=GRU(hidden=3, sequence=True)),
        LayerNorm(),
        MultiHeadAttention(heads=2, others="embedding_1"),
        SimpleRNN(hidden=3, reverse=True),
    )
    machine, step = machine_with(*layers), 1e-2
    gradient, weight = machine.view("embedding_1/weight.grad").copy(), machine.view("embedding_1/weight")

    def loss(i: int, change: float) -> float:
        weight.flat[i] += change
        machine.execute("step")
        weight.flat[i] -= change
        return float(machine.view("loss"))

    slopes = [(loss(i, step) - loss(i, -step)) / (2 * step) for i in range(weight.size)]
    assert relative_error(gradient.ravel(), np.array(slopes)) < 5e-3


def test_lengths_go_with_a_sequence_and_no_further() -> None:
    graph = Graph()
    sequence = Embedding(padding=True).build(graph, graph.input("x", (8,)))
    assert sequence.lengths is graph.tensors["lengths"]
    assert LayerNorm().build(graph, sequence).lengths is sequence.lengths
    assert LSTM(hidden=8).build(graph, sequence).lengths is None
    assert Conv1D(stride=2).build(graph, sequence).lengths is None
    assert graph.reshape(sequence, (64,)).lengths is None
    assert Embedding().build(graph, graph.input("y", (8,))).lengths is None


def test_each_shard_has_the_lengths_of_its_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    layers = [
        {"kind": "embedding", "entries": 17, "width": 4, "padding": True},
        {"kind": "lstm", "hidden": 4, "sequence": True},
        {"kind": "multi_head_attention", "heads": 2},
        {"kind": "gru", "hidden": 4},
    ]
    experiment = Experiment.model_validate({"data": "digits", "layers": layers, "training": {"batch_size": 16}})
    monkeypatch.setattr(segments, "SHARD_WORTH", 1)
    cut = Run(experiment)
    monkeypatch.setattr(segments, "SHARDS", ())
    whole = Run(experiment)
    for run in (cut, whole):
        run.step()
    assert np.unique(whole.view("embedding_1/lengths")).size > 1
    assert cut.program.shards.max() == 3
    for name in whole.network.graph.parameters:
        if name != "multi_head_attention_1/keys/bias":  # 0 but for rounding
            assert relative_error(cut.view(f"{name}.grad"), whole.view(f"{name}.grad")) < 1e-5, name
