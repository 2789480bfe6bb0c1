"""WIDTH float32 numbers in one register, for what LLVM does not make vector code of by itself.

WIDTH is what the processor has: 16 (AVX-512), 8 (AVX) or 4 (SSE, NEON). $PLAYGROUND_SIMD sets another one (LLVM maps it to what there
is), or `plain`, which does without registers (kernels/plain.py). Bounds are checked, when Numba checks bounds, as those of arrays are.
"""

from __future__ import annotations

from typing import Any

import llvmlite.binding
import numpy as np
from llvmlite import ir
from numba import config, extending, njit, types
from numba.core import cgutils
from numba.extending import models, register_model

from kernels import plain
from kernels.cache import SIMD


def host_width() -> int:
    """Numbers in a register of this processor."""
    features = llvmlite.binding.get_host_cpu_features()
    return 16 if features.get("avx512f") else 8 if features.get("avx") else 4


if SIMD not in ("", "16", "8", "4", "plain"):
    raise ValueError(f"PLAYGROUND_SIMD is {SIMD!r}. Make it 16, 8, 4 or plain, or leave it out.")
PLAIN = SIMD == "plain"
NATIVE = host_width()
WIDTH = plain.WIDTH if PLAIN else int(SIMD or NATIVE)
intrinsic: Any = extending.intrinsic  # its declared type counts the compiler's own argument in

FLOATS = ir.VectorType(ir.FloatType(), WIDTH)
NUMBERS = ir.VectorType(ir.IntType(32), WIDTH)
BITS = ir.VectorType(ir.IntType(1), WIDTH)
ALIGNMENT_BYTES = 4  # nothing more is promised of an offset
ZERO = np.float32(0)
ALIGNMENT = ir.Constant(ir.IntType(32), ALIGNMENT_BYTES)


class Vector(types.Type):
    """The type of a register."""

    def __init__(self) -> None:
        super().__init__(name=f"float32x{WIDTH}")


VECTOR = Vector()


@register_model(Vector)
class VectorModel(models.PrimitiveModel):
    """It is an LLVM vector."""

    def __init__(self, manager, kind):
        super().__init__(manager, kind, FLOATS)


def pointer(context, builder, kind, array, offset, count):
    """The address of array[offset : offset + count]."""
    made = context.make_array(kind)(context, builder, array)
    if config.BOUNDSCHECK:  # type: ignore[attr-defined]
        last = builder.sub(builder.add(offset, count), ir.Constant(offset.type, 1))
        for place in (offset, last):
            cgutils.do_boundscheck(context, builder, place, builder.extract_value(made.shape, 0))
    return builder.bitcast(builder.gep(made.data, [offset]), FLOATS.as_pointer())


def repeat(builder, value, kind):
    """The value in every lane."""
    nothing = ir.Constant(kind, ir.Undefined)
    return builder.shuffle_vector(
        builder.insert_element(nothing, value, ir.Constant(ir.IntType(32), 0)), nothing, ir.Constant(NUMBERS, [0] * WIDTH)
    )


def first(builder, count):
    """The mask of the first `count` lanes."""
    return builder.icmp_signed(
        "<", ir.Constant(NUMBERS, list(range(WIDTH))), repeat(builder, builder.trunc(count, ir.IntType(32)), NUMBERS)
    )


@intrinsic
def load_whole(typing, memory, offset):
    """memory[offset : offset + WIDTH]."""

    def generate(context, builder, signature, arguments):
        array, place = arguments
        return builder.load(pointer(context, builder, signature.args[0], array, place, ir.Constant(place.type, WIDTH)), align=4)

    return VECTOR(memory, types.intp), generate


@intrinsic
def load_over(typing, vector, memory, offset, count):
    """The vector, its first lanes replaced by memory[offset : offset + count]; count is at most WIDTH."""

    def generate(context, builder, signature, arguments):
        value, array, place, number = arguments
        source = pointer(context, builder, signature.args[1], array, place, number)
        kind = ir.FunctionType(FLOATS, [source.type, ALIGNMENT.type, BITS, FLOATS])
        function = cgutils.get_or_insert_function(builder.module, kind, f"llvm.masked.load.v{WIDTH}f32.p0")
        return builder.call(function, [source, ALIGNMENT, first(builder, number), value])

    return VECTOR(VECTOR, memory, types.intp, types.intp), generate


@intrinsic
def store_whole(typing, memory, offset, vector):
    """memory[offset : offset + WIDTH] = vector."""

    def generate(context, builder, signature, arguments):
        array, place, value = arguments
        builder.store(value, pointer(context, builder, signature.args[0], array, place, ir.Constant(place.type, WIDTH)), align=4)
        return context.get_dummy_value()

    return types.void(memory, types.intp, VECTOR), generate


@intrinsic
def store_first(typing, memory, offset, vector, count):
    """memory[offset : offset + count] = the first lanes; count is below WIDTH."""

    def generate(context, builder, signature, arguments):
        array, place, value, number = arguments
        store_pieces(builder, value, pointer(context, builder, signature.args[0], array, place, number), number)
        return context.get_dummy_value()

    return types.void(memory, types.intp, VECTOR, types.intp), generate


def store_pieces(builder, value, target, count):
    """Halves, quarters and so on, as the binary digits of `count` say.

    A masked store costs more than all of them without AVX-512, and with it makes a load of the next few places wait until it is done.
    """
    target = builder.bitcast(target, ir.FloatType().as_pointer())
    size = WIDTH // 2
    while size:
        with builder.if_else(builder.trunc(builder.lshr(count, count.type(size.bit_length() - 1)), ir.IntType(1))) as (some, none):
            with some:
                piece = builder.shuffle_vector(value, value, ir.Constant(ir.VectorType(ir.IntType(32), size), list(range(size))))
                builder.store(piece, builder.bitcast(target, piece.type.as_pointer()), align=ALIGNMENT_BYTES)
                rest = builder.shuffle_vector(value, value, ir.Constant(NUMBERS, [(i + size) % WIDTH for i in range(WIDTH)]))
                further, after_some = builder.gep(target, [count.type(size)]), builder.block
            with none:
                after_none = builder.block
        shifted, moved = builder.phi(FLOATS), builder.phi(target.type)
        for phi, changed, same in ((shifted, rest, value), (moved, further, target)):
            phi.add_incoming(changed, after_some)
            phi.add_incoming(same, after_none)
        value, target, size = shifted, moved, size // 2


@intrinsic
def spread(typing, value):
    """The number in every lane."""

    def generate(context, builder, signature, arguments):
        return repeat(builder, arguments[0], FLOATS)

    return VECTOR(types.float32), generate


@intrinsic(prefer_literal=True)
def lane(typing, vector, number):
    """Lane `number` (a literal) of the vector in every lane."""
    if not isinstance(number, types.IntegerLiteral):
        return None
    which = ir.Constant(NUMBERS, [number.literal_value] * WIDTH)

    def generate(context, builder, signature, arguments):
        return builder.shuffle_vector(arguments[0], arguments[0], which)

    return VECTOR(VECTOR, number), generate


def fused(builder, a, b, c):
    """a b + c, rounded once where the processor can."""
    kind = ir.FunctionType(FLOATS, [FLOATS] * 3)
    return builder.call(cgutils.get_or_insert_function(builder.module, kind, f"llvm.fmuladd.v{WIDTH}f32"), [a, b, c])


def fetch(builder, address, writes):
    """Ask for a line of memory that will be read or written, so that nothing waits for it then."""
    integer = ir.IntType(32)
    kind = ir.FunctionType(ir.VoidType(), [address.type, integer, integer, integer])
    function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
    builder.call(function, [address, integer(int(writes)), integer(3), integer(1)])  # into level 1, of data


@intrinsic(prefer_literal=True)
def expect(typing, memory, offset, writes):
    """Ask for the line around memory[offset], which will be read or (`writes`, a literal) written soon; it need not be there."""
    if not isinstance(writes, types.BooleanLiteral):
        return None

    def generate(context, builder, signature, arguments):
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        fetch(builder, builder.gep(data, [arguments[1]]), writes.literal_value)
        return context.get_dummy_value()

    return types.void(memory, types.intp, writes), generate


@intrinsic
def apart(typing):
    """Keeps the function it is called in a function of its own: copied into its callers it would be compiled again in each place."""

    def generate(context, builder, signature, arguments):
        builder.function.attributes.add("noinline")
        return context.get_dummy_value()

    return types.void(), generate


@intrinsic
def wide(typing):
    """Lets LLVM make vectors of the function's loops that are as wide as registers are: of AVX-512 it would take half."""

    def generate(context, builder, signature, arguments):
        set.add(builder.function.attributes, '"prefer-vector-width"="512"')  # llvmlite's own `add` knows none that have a value
        return context.get_dummy_value()

    return types.void(), generate


@intrinsic
def rolled(typing):
    """Keeps the loop it is called in as it is: copies of its body (unrolled, or one for each case) cost more to compile than they gain."""

    def generate(context, builder, signature, arguments):
        builder.asm(ir.FunctionType(ir.VoidType(), []), "", "", [], True).attributes.add("convergent")
        return context.get_dummy_value()

    return types.void(), generate


def lanewise(make):
    """An operation on two vectors, lane by lane."""

    @intrinsic
    def operation(typing, a, b):
        def generate(context, builder, signature, arguments):
            return make(builder, *arguments)

        return VECTOR(VECTOR, VECTOR), generate

    return operation


def larger(builder, a, b):
    """The larger one, or NaN if one is."""
    kind = ir.FunctionType(FLOATS, [FLOATS] * 2)
    return builder.call(cgutils.get_or_insert_function(builder.module, kind, f"llvm.maximum.v{WIDTH}f32"), [a, b])


add = lanewise(ir.IRBuilder.fadd)
subtract = lanewise(ir.IRBuilder.fsub)
multiply = lanewise(ir.IRBuilder.fmul)
maximum = lanewise(larger)


@intrinsic
def where_better(typing, x, best, then, otherwise):
    """`then` in the lanes where x is larger than the best or NaN, `otherwise` in the others."""

    def generate(context, builder, signature, arguments):
        x, best, then, otherwise = arguments
        better = builder.or_(builder.fcmp_ordered(">", x, best), builder.fcmp_unordered("uno", x, x))
        return builder.select(better, then, otherwise)

    return VECTOR(VECTOR, VECTOR, VECTOR, VECTOR), generate


@intrinsic
def where_equal(typing, a, b, then, otherwise):
    """`then` in the lanes where a equals b, `otherwise` in the others."""

    def generate(context, builder, signature, arguments):
        a, b, then, otherwise = arguments
        return builder.select(builder.fcmp_ordered("==", a, b), then, otherwise)

    return VECTOR(VECTOR, VECTOR, VECTOR, VECTOR), generate


def across(make):
    """An operation on all lanes of a vector: halves are put together until one is left."""

    @intrinsic
    def operation(typing, vector):
        def generate(context, builder, signature, arguments):
            value, distance = arguments[0], WIDTH // 2
            while distance:
                other = builder.shuffle_vector(value, value, ir.Constant(NUMBERS, [i ^ distance for i in range(WIDTH)]))
                value, distance = make(builder, value, other), distance // 2
            return builder.extract_element(value, ir.Constant(ir.IntType(32), 0))

        return types.float32(VECTOR), generate

    return operation


total = across(ir.IRBuilder.fadd)
top = across(larger)  # NaN if one lane is


@intrinsic
def multiply_add(typing, a, b, c):
    """a b + c, rounded once where the processor can."""

    def generate(context, builder, signature, arguments):
        return fused(builder, *arguments)

    return VECTOR(VECTOR, VECTOR, VECTOR), generate


def turned(builder, rows, until=WIDTH):
    """The columns of so many rows as lanes: lanes that lie 1, 2, 4 and so on below `until` apart change places with rows that do."""
    distance = 1
    while distance < until:
        low = ir.Constant(NUMBERS, [i if not i & distance else WIDTH + i - distance for i in range(WIDTH)])
        high = ir.Constant(NUMBERS, [i + distance if not i & distance else WIDTH + i for i in range(WIDTH)])
        for i in (i for i in range(WIDTH) if not i & distance):
            a, b = rows[i], rows[i + distance]
            rows[i], rows[i + distance] = builder.shuffle_vector(a, b, low), builder.shuffle_vector(a, b, high)
        distance *= 2
    return rows


@intrinsic
def transpose(typing, block):
    """A tuple of WIDTH vectors, rows made columns."""

    def generate(context, builder, signature, arguments):
        rows = turned(builder, [builder.extract_value(arguments[0], i) for i in range(WIDTH)])
        return context.make_tuple(builder, signature.return_type, rows)

    return types.UniTuple(VECTOR, WIDTH)(types.UniTuple(VECTOR, WIDTH)), generate


@intrinsic
def transpose_block(typing, memory, source, source_row, count, target, target_row):
    """Write the columns of `count` (1 to WIDTH) rows of WIDTH numbers as rows; in place of missing rows the last one counts again."""

    def generate(context, builder, signature, arguments):
        array, source, source_row, count, target, target_row = arguments

        def vector(offset):
            return pointer(context, builder, signature.args[0], array, offset, offset.type(WIDTH))

        last, half = builder.sub(count, count.type(1)), WIDTH // 2
        halves = ir.VectorType(ir.FloatType(), half).as_pointer()
        starts = []
        for i in map(count.type, range(WIDTH)):
            starts.append(builder.bitcast(vector(source), halves))
            source = builder.add(source, builder.select(builder.icmp_signed("<", i, last), source_row, source_row.type(0)))
        rows = []
        for i in range(WIDTH):  # halves change places while they are loaded, which costs no shuffles
            ends = [starts[i % half], starts[i % half + half]]
            low, high = (builder.load(builder.gep(end, [count.type(i // half)]), align=ALIGNMENT_BYTES) for end in ends)
            rows.append(builder.shuffle_vector(low, high, ir.Constant(NUMBERS, list(range(WIDTH)))))
        for column in turned(builder, rows, half):
            builder.store(column, vector(target), align=ALIGNMENT_BYTES)
            target = builder.add(target, target_row)
        return context.get_dummy_value()

    return types.void(memory, *[types.intp] * 5), generate


@njit(forceinline=True)
def load_first(memory, offset, count):
    """memory[offset : offset + count], then zeros."""
    return load_over(spread(ZERO), memory, offset, count)


@njit(forceinline=True)
def load(memory, offset, count):
    """Up to WIDTH numbers from memory; lanes from `count` on are 0."""
    return load_whole(memory, offset) if count >= WIDTH else load_first(memory, offset, count)


@njit(forceinline=True)
def store(memory, offset, vector, count):
    """Up to WIDTH numbers into memory; lanes from `count` on are not written."""
    if count >= WIDTH:
        store_whole(memory, offset, vector)
    else:
        store_first(memory, offset, vector, count)


if PLAIN:
    load, load_over, store, spread, lane = plain.load, plain.load_over, plain.store, plain.spread, plain.lane
    total, top, transpose = plain.total, plain.top, plain.transpose
    add, subtract, multiply, maximum, multiply_add = plain.add, plain.subtract, plain.multiply, plain.maximum, plain.multiply_add
    where_better, where_equal, rolled = plain.where_better, plain.where_equal, plain.rolled
