"""Code for each of some shapes: loops whose lengths are known are unrolled, and what they sum stays in registers."""

from __future__ import annotations


def in_case(builder, first, second, cases, make):
    """Code that does what make(i, j) generates when two numbers are the case (i, j); `second` is that of some case, at least."""
    integer, done, most = first.type, builder.append_basic_block("done"), 1 + max(j for _, j in cases)
    choice = builder.switch(builder.add(builder.mul(first, integer(most)), second), done)  # cases side by side: LLVM makes a table
    for i, j in cases:
        block = builder.append_basic_block(f"case.{i}.{j}")
        choice.add_case(integer(most * i + j), block)
        builder.position_at_end(block)
        make(i, j)
        builder.branch(done)
    builder.position_at_end(done)
