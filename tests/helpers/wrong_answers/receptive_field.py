"""Answers to the exercises of the chapter ``receptive_field``: wrong ones, and right ones."""

import copy

import torch
from torch import nn

from course_utils.analysis import Span, receptive_field
from notebook_exercises import RightAnswers, WrongAnswers


def _by_lines(model: nn.Module, seed: int, *, rows: bool) -> nn.Module:
    """Weights change places within their row, or column, and then whole rows, or columns."""
    torch.manual_seed(seed)
    model = copy.deepcopy(model)
    for layer in model.modules():
        if isinstance(layer, nn.Conv2d):
            for table in layer.weight.data.flatten(0, 1):
                lines = table if rows else table.T
                mixed = [line[torch.randperm(len(line))] for line in lines]
                lines.copy_(torch.stack([mixed[i] for i in torch.randperm(len(mixed))]))
    return model


def _around_the_middle(model: nn.Module, seed: int) -> nn.Module:
    """All weights change places but the one in the middle of each table."""
    torch.manual_seed(seed)
    model = copy.deepcopy(model)
    for layer in model.modules():
        if isinstance(layer, nn.Conv2d):
            for table in layer.weight.data.flatten(2).flatten(0, 1):
                others = torch.arange(len(table)) != len(table) // 2
                table[others] = table[others][torch.randperm(len(table) - 1)]
    return model


WRONG: WrongAnswers = {
    "the stride moves": {
        "nothing changes": 427,
        "one jump a kernel": 455,
        "the other way": 371,
        "layer2 only": 435,
        "layer4 only": 459,
        "the old jump forgotten": 539,
        "layer1, too": 487,
        "each block twice": 595,
        "ResNet-18": 435.0,
        "one too many": 484,
    },
    "read it off the layers": {
        "forget the jump": {"dilation * (kernel - 1) * jump": "dilation * (kernel - 1)"},
        "forget the dilation": {"dilation * (kernel - 1)": "(kernel - 1)"},
        "dilate the whole kernel": {"dilation * (kernel - 1)": "(dilation * kernel - 1)"},
        "the stride counts too early": {
            "size += dilation * (kernel - 1) * jump": "size += dilation * (kernel - 1) * jump"
            " * stride"
        },
        "the padding counts too late": {
            "        first -= padding * jump\n        jump *= stride": "        jump *= stride\n"
            "        first -= padding * jump"
        },
        "padding in cells": {"first -= padding * jump": "first -= padding"},
        "padding adds": {"first -= padding": "first += padding"},
        "convolutions only": {
            'if not hasattr(layer, "kernel_size")': 'if type(layer).__name__ != "Conv2d"'
        },
        "whole kernels": {"(kernel - 1)": "kernel"},
        "the middle": {"return size, jump, first": "return size, jump, first + (size - 1) / 2"},
        "poolings without dilation": {
            'getattr(layer, "dilation", 1)': 'layer.dilation if "Conv" in str(layer) else 1'
        },
    },
    "inside the kernels": {
        "one order for a layer": {
            "torch.rand(tables.shape)": "torch.rand(1, 1, tables.shape[2])",
            "order.to": "order.expand_as(tables).to",
        },
        "one order for a filter": {
            "torch.rand(tables.shape)": "torch.rand(len(tables), 1, tables.shape[2])",
            "order.to": "order.expand_as(tables).to",
        },
        "one order for an input": {
            "torch.rand(tables.shape)": "torch.rand(tables[:1].shape)",
            "order.to": "order.expand_as(tables).to",
        },
        "anywhere in the layer": {"flatten(2)": "flatten().view(1, 1, -1)"},
        "anywhere in the filter": {"flatten(2)": "flatten(1)[:, None]"},
        "whole tables moved": {
            "argsort(dim=2)": "argsort(dim=0)[:, :, :1].expand_as(tables)",
            "gather(2": "gather(0",
        },
        "not the 7×7": {"nn.Conv2d)": "nn.Conv2d) and layer.kernel_size[0] < 7"},
        "rows stay together": lambda model, seed: _by_lines(model, seed, rows=True),
        "columns stay together": lambda model, seed: _by_lines(model, seed, rows=False),
        "the middle stays": _around_the_middle,
        "drawn with repeats": {
            "torch.rand(tables.shape).argsort(dim=2)": "torch.randint("
            "tables.shape[2], tables.shape)"
        },
        "sorted": {"torch.rand(tables.shape)": "tables"},
        "mirrored": {
            "torch.rand(tables.shape).argsort(dim=2)": "torch.arange("
            "tables.shape[2]).flip(0).expand_as(tables)"
        },
        "no copy": {"copy.deepcopy(model)": "model"},
        "no seed": {"torch.manual_seed(seed)": "torch.seed()"},
        "one seed": {"torch.manual_seed(seed)": "torch.manual_seed(0)"},
        "nothing moves": {"layer.weight.data = tables.view_as(layer.weight)": "pass"},
        "batch norms, too": {
            "model = copy.deepcopy(model)": "model = copy.deepcopy(model)\n"
            "    model[1][0].weight.data += 1"
        },
    },
    "without a hole": {
        "powers of two": {"3**layer": "2**layer"},
        "powers of four": {"3**layer": "4**layer"},
        "no dilation": {"3**layer": "1"},
        "from three on": {"3**layer": "3 ** (layer + 1)"},
        "one layer too many": {"range(n)": "range(n + 1)"},
        "counted up": {"3**layer": "layer + 1"},
        "multiples of three": {"3**layer": "max(3 * layer, 1)"},
        "right for three only": lambda n: [1, 3, 9][:n] + [9] * (n - 3),
        "a zero": {"3**layer": "3**layer // 3"},
        "halves": {"3**layer": "3**layer + 0.5 * (layer > 0)"},
    },
}


def _by_span(network: nn.Sequential) -> tuple[int, int, int]:
    span = Span()
    for layer in network:
        if isinstance(layer, nn.Conv2d):
            span = span.through(
                layer.kernel_size[0],
                layer.stride[0],
                int(layer.padding[0]),
                layer.dilation[0],
            )
        elif isinstance(layer, nn.MaxPool2d | nn.AvgPool2d):
            window = [layer.kernel_size, layer.stride, layer.padding, getattr(layer, "dilation", 1)]
            span = span.through(*(int(str(value)) for value in window))
    return span.size, span.stride, span.first


def _by_operations(network: nn.Sequential) -> list[int]:
    span = receptive_field(network, (1, 300, 300))[""].square
    return [span.size, span.stride, span.first]


def _table_by_table(model: nn.Module, seed: int) -> nn.Module:
    torch.manual_seed(seed)
    model = copy.deepcopy(model)
    for layer in model.modules():
        if isinstance(layer, nn.Conv2d):
            for kernel in layer.weight.data:
                for table in kernel:
                    order = torch.randperm(table.numel())
                    table.copy_(table.flatten()[order].view_as(table))
    return model


def _with_generator(model: nn.Module, seed: int) -> nn.Module:
    draw = torch.Generator().manual_seed(seed)
    made, state = copy.deepcopy(model), model.state_dict()
    for name, weight in state.items():
        if weight.dim() == 4 and weight.shape[-1] > 1:
            order = torch.rand(weight.flatten(2).shape, generator=draw).argsort(-1)
            state[name] = weight.flatten(2).gather(-1, order).view(weight.shape)
    made.load_state_dict(state)
    return made


RIGHT: RightAnswers = {
    "the stride moves": {
        "from the beginning": 11 + 3 * 8 + 4 * 16 + 6 * 32 + 3 * 64,
        "a tensor": torch.tensor(483),
    },
    "read it off the layers": {"by span": _by_span, "by operations": _by_operations},
    "inside the kernels": {"table by table": _table_by_table, "a generator": _with_generator},
    "without a hole": {
        "the largest first": lambda n: [3**layer for layer in reversed(range(n))],
        "as a tensor": lambda n: 3 ** torch.arange(n),
    },
}
