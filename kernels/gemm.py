"""The innermost loop of every matrix product: a tile of C that stays in registers while k passes.

docs/kernels.md explains it. A tile is some rows of one or two vectors. At each step its column of A is taken number by number, each
spread over a register and multiplied with the tile's row of B. (The scheme is that of Goto and van de Geijn 2008, "Anatomy of
High-Performance Matrix Multiplication", with the register tile of Van Zee and van de Geijn 2015, BLIS.)
"""

from __future__ import annotations

from llvmlite import ir
from numba import types

from kernels.cases import in_case
from kernels.simd import ALIGNMENT_BYTES, FLOATS, WIDTH, fetch, fused, intrinsic, repeat

# Rows of a tile of one vector and of two: AVX2 has 16 registers, 12 for sums, 2 for B and 1 for A; AVX-512 and NEON have 32.
MOST_OF_ONE = 12
MOST_OF_TWO = {16: 12, 8: 6, 4: 8}[WIDTH]
PANEL = 2 * WIDTH  # columns of a whole tile
SHAPES = [(rows, vectors) for vectors, most in ((1, MOST_OF_ONE), (2, MOST_OF_TWO)) for rows in range(1, most + 1)]

INDEX = ir.IntType(64)
NOTHING = ir.FunctionType(ir.VoidType(), [])


@intrinsic
def tile(typing, memory, rows, vectors, k, a, a_row, a_column, b, b_row, start, start_row, c, c_row):
    """C = start + A B for 1 or 2 `vectors` of columns and up to MOST_OF_ONE or MOST_OF_TWO `rows`; k is at least 1.

    The columns of B, start and C are neighbours: element (i, j) of `start` lies at start + i start_row + j; it may be C itself. Each sum
    runs over k from the first to the last, one rounding each, so its bits depend on neither the tile's shape nor its place. Bounds are
    not checked.
    """

    def generate(context, builder, signature, arguments):
        array, height, vectors, *places = arguments
        data = context.make_array(signature.args[0])(context, builder, array).data
        in_case(builder, height, vectors, SHAPES, lambda i, j: emit(builder, data, i, j, *places))
        return context.get_dummy_value()

    return types.void(memory, *[types.intp] * 12), generate


def emit(builder, data, rows, vectors, k, a, a_row, a_column, b, b_row, start, start_row, c, c_row):
    """One tile of a shape that is known."""

    def at(place):
        return builder.gep(data, [place])

    def vector(base, number):
        return builder.bitcast(builder.gep(base, [ir.Constant(INDEX, number * WIDTH)]), FLOATS.as_pointer())

    def row_starts(base, stride, count):
        return [builder.gep(base, [builder.mul(stride, ir.Constant(INDEX, i))]) for i in range(count)]

    def hidden(pointer):
        """The same, but LLVM does not know that. Else it would keep a pointer for each row, and there are no registers for them."""
        return builder.asm(ir.FunctionType(pointer.type, [pointer.type]), "", "=r,0", [pointer], False)

    first = [
        [builder.load(vector(base, j), align=ALIGNMENT_BYTES) for j in range(vectors)] for base in row_starts(at(start), start_row, rows)
    ]
    for base in row_starts(at(c), c_row, rows):
        for j in range(vectors, 2 * vectors):
            fetch(builder, builder.gep(base, [ir.Constant(INDEX, j * WIDTH)]), True)
    before, loop, after = builder.block, builder.append_basic_block("k"), builder.append_basic_block("k.done")
    # One pointer for every three rows: x86 reaches the next two by an index that it scales by 4 and 8 bytes.
    firsts_a = [hidden(base) for base in row_starts(at(a), a_row, rows)[::3]]
    first_b = at(b)
    builder.branch(loop)

    builder.position_at_end(loop)
    step, place_b = builder.phi(INDEX), builder.phi(first_b.type)
    places_a = [builder.phi(base.type) for base in firsts_a]
    sums = [[builder.phi(FLOATS) for _ in row] for row in first]
    right = [builder.load(vector(place_b, j), align=ALIGNMENT_BYTES) for j in range(vectors)]
    new = []
    for i, base in enumerate([base for place in places_a for base in row_starts(place, a_row, 3)][:rows]):
        builder.asm(NOTHING, "", "~{memory}", [], True)  # holds LLVM from loading all of A's numbers first, as above
        left = repeat(builder, builder.load(base), FLOATS)
        new.append([fused(builder, left, right[j], sums[i][j]) for j in range(vectors)])
    following = builder.add(step, ir.Constant(INDEX, 1))
    carried = [
        (step, ir.Constant(INDEX, 0), following),
        (place_b, first_b, builder.gep(place_b, [b_row])),
        *((place, base, hidden(builder.gep(place, [a_column]))) for place, base in zip(places_a, firsts_a, strict=True)),
        *((sums[i][j], first[i][j], new[i][j]) for i in range(rows) for j in range(vectors)),
    ]
    for phi, at_first, later in carried:
        phi.add_incoming(at_first, before)
        phi.add_incoming(later, loop)
    builder.cbranch(builder.icmp_signed("<", following, k), loop, after)

    builder.position_at_end(after)
    for row, base in zip(new, row_starts(at(c), c_row, rows), strict=True):
        for j, value in enumerate(row):
            builder.store(value, vector(base, j), align=ALIGNMENT_BYTES)
