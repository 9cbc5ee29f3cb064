"""dlib's face network read from its own file and written as ONNX, for OpenCV to run several times as fast.

dlib's wheels compute convolutions without BLAS. The numbers are the same: weights are taken as they are, and `embed`
trusts the result only when it agrees with dlib's own. Structure: dlib_face_recognition_resnet_model_v1 of
dnn_face_recognition_ex.cpp (dlib 19 and 20); the affine layer after each convolution is folded into it.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
SIDE = 150
MEAN = (122.782, 117.001, 104.298)
"""Of red, green, blue; subtracted before dividing by 256 (dlib's input_rgb_image)."""
BLOCKS = ((32, 3, False), (64, 4, True), (128, 3, True), (256, 3, True), (256, 1, True))
"""Channels, residual blocks, and whether the first of them halves the picture."""
_LAYER = re.compile(rb"\x01(?:\x05con_4|\x07affine_|\x04fc_2)")
_FLOAT, _INT64 = 1, 7


class FormatError(ValueError):
    """The file is not the network that is known here."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Convolutions (output, input, height, width) with biases, in order, and the last matrix (256, 128)."""

    convolutions: tuple[tuple[Floats, Floats], ...]
    last: Floats


def read_weights(data: bytes) -> Weights:
    """Read the file of dlib's face network.

    Raises:
        FormatError: it is something else.
    """
    layers = [(match.group()[2:], *_tensor(data, match.end(), match.group()[2:])) for match in _LAYER.finditer(data)]
    names = [name for name, _, _ in layers]
    if names != [b"con_4", b"affine_"] * 29 + [b"fc_2"]:
        raise FormatError("not the network of 29 convolutions")
    shapes = list(_shapes())
    folded = []
    for number, (size, channels, outputs) in enumerate(shapes):
        raw, scale = layers[2 * number][1], layers[2 * number + 1][1]
        count = outputs * channels * size * size
        if raw.size != count + outputs or scale.size != 2 * outputs:
            raise FormatError(f"convolution {number} has another size")
        kernel = raw[:count].reshape(outputs, channels, size, size)
        gamma, beta = scale[:outputs], scale[outputs:]
        folded.append((kernel * gamma[:, None, None, None], raw[count:] * gamma + beta))
    last = layers[-1][1]
    if last.size != 256 * 128:
        raise FormatError("the last layer has another size")
    return Weights(tuple(folded), last.reshape(256, 128))


def _shapes() -> Iterator[tuple[int, int, int]]:
    """Kernel size, input and output channels of the convolutions, in order."""
    yield 7, 3, 32
    channels = 32
    for outputs, blocks, _ in BLOCKS:
        for _ in range(blocks):
            yield 3, channels, outputs
            yield 3, outputs, outputs
            channels = outputs


def _tensor(data: bytes, at: int, name: bytes) -> tuple[Floats, int]:
    """One tensor as dlib writes it: version 2, four sizes, then little-endian floats."""
    skip = 2 if name == b"fc_2" else 0  # outputs and inputs come first
    numbers = []
    for _ in range(skip + 5):
        value, at = _integer(data, at)
        numbers.append(value)
    if numbers[skip] != 2:
        raise FormatError("a tensor of another version")
    count = int(np.prod(numbers[skip + 1 :]))
    if not 0 < count <= (len(data) - at) // 4:
        raise FormatError("a tensor is cut short")
    return np.frombuffer(data, "<f4", count, at).astype(np.float32), at + 4 * count


def _integer(data: bytes, at: int) -> tuple[int, int]:
    """Dlib's integers: a byte with length and sign, then so many bytes."""
    if at >= len(data):
        raise FormatError("the file is cut short")
    length = data[at] & 0x0F
    value = int.from_bytes(data[at + 1 : at + 1 + length], "little")
    return (-value if data[at] & 0x80 else value), at + 1 + length


def onnx(weights: Weights) -> bytes:
    """Write the network as an ONNX model of opset 10: input `chip` (1, 3, 150, 150) RGB, output `face` (1, 128)."""
    graph = _Graph()
    convolutions = iter(weights.convolutions)
    x = graph.convolution("chip", *next(convolutions), stride=2, pad=0)
    x = graph.node("Relu", [x])
    x = graph.node("MaxPool", [x], kernel_shape=[3, 3], strides=[2, 2])
    side, channels = ((SIDE - 7) // 2 + 1 - 3) // 2 + 1, 32
    for outputs, blocks, halves in BLOCKS:
        for number in range(blocks):
            down = halves and number == 0
            before = x
            x = graph.convolution(x, *next(convolutions), stride=2 if down else 1, pad=0 if down else 1)
            x = graph.node("Relu", [x])
            x = graph.convolution(x, *next(convolutions), stride=1, pad=1)
            if down:
                small, pooled = (side - 3) // 2 + 1, (side - 2) // 2 + 1
                before = graph.node("AveragePool", [before], kernel_shape=[2, 2], strides=[2, 2])
                # dlib adds tensors of different sizes as if the smaller were filled up with zeros.
                before = graph.padded(before, outputs - channels, 0)
                x = graph.padded(x, 0, pooled - small)
                side, channels = pooled, outputs
            x = graph.node("Relu", [graph.node("Add", [x, before])])
    x = graph.node("GlobalAveragePool", [x])
    x = graph.node("Flatten", [x], axis=1)
    x = graph.node("Gemm", [x, graph.constant(weights.last)], output="face", transB=0)
    return graph.model()


class _Graph:
    """Just enough of ONNX' protocol buffers."""

    def __init__(self) -> None:
        self._nodes: list[bytes] = []
        self._constants: list[bytes] = []
        self._count = 0

    def convolution(self, x: str, kernel: Floats, bias: Floats, *, stride: int, pad: int) -> str:
        size = kernel.shape[2]
        names = [x, self.constant(kernel), self.constant(bias)]
        return self.node("Conv", names, kernel_shape=[size, size], strides=[stride] * 2, pads=[pad] * 4)

    def padded(self, x: str, channels: int, side: int) -> str:
        if channels == 0 and side == 0:
            return x
        return self.node("Pad", [x], pads=[0, 0, 0, 0, 0, channels, side, side])

    def node(self, kind: str, inputs: list[str], output: str = "", **attributes: int | list[int]) -> str:
        self._count += 1
        name = output or f"t{self._count}"
        body = b"".join(_text(1, i) for i in inputs) + _text(2, name) + _text(4, kind)
        self._nodes.append(_block(1, body + b"".join(_attribute(k, v) for k, v in attributes.items())))
        return name

    def constant(self, values: Floats) -> str:
        name = f"w{len(self._constants)}"
        sizes = b"".join(_number(1, size) for size in values.shape)
        tensor = sizes + _number(2, _FLOAT) + _text(8, name) + _block(9, values.astype("<f4").tobytes())
        self._constants.append(_block(5, tensor))
        return name

    def model(self, side: int = SIDE, outputs: int = 128) -> bytes:
        ends = _block(11, _value("chip", (1, 3, side, side))) + _block(12, _value("face", (1, outputs)))
        graph = b"".join(self._nodes) + _text(2, "face") + b"".join(self._constants) + ends
        return _number(1, 5) + _block(7, graph) + _block(8, _text(1, "") + _number(2, 10))


def _attribute(name: str, value: int | list[int]) -> bytes:
    if isinstance(value, int):
        return _block(5, _text(1, name) + _number(3, value) + _number(20, 2))
    return _block(5, _text(1, name) + b"".join(_number(8, v) for v in value) + _number(20, _INT64))


def _value(name: str, sizes: tuple[int, ...]) -> bytes:
    shape = b"".join(_block(1, _number(1, size)) for size in sizes)
    return _text(1, name) + _block(2, _block(1, _number(1, _FLOAT) + _block(2, shape)))


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out) + struct.pack("B", value)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _block(field: int, body: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(body)) + body


def _text(field: int, value: str) -> bytes:
    return _block(field, value.encode())
