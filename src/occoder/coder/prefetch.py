"""A hint to the processor to bring a place of an array into its cache.

A record looks at some hundred places that lie far apart in the weights; asking for all
of them before the first is used makes the search about twice as fast.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

_READ, _KEEP, _DATA = 0, 3, 1


def _prefetch(typing_context, array, index):
    """Ask for ``array[index]``, or for the start of a row of a matrix; changes nothing."""

    def generate(context, builder, signature, arguments):
        array_type, index_type = signature.args
        structure = context.make_array(array_type)(context, builder, arguments[0])
        first = context.cast(builder, arguments[1], index_type, types.intp)
        indices = [first] + [context.get_constant(types.intp, 0)] * (array_type.ndim - 1)
        place = cgutils.get_item_pointer(context, builder, array_type, structure, indices)
        byte = ir.IntType(8).as_pointer()
        number = ir.IntType(32)
        hint = builder.module.declare_intrinsic(
            "llvm.prefetch",
            [byte],
            ir.FunctionType(ir.VoidType(), [byte, number, number, number]),
        )
        flags = [number(flag) for flag in (_READ, _KEEP, _DATA)]
        builder.call(hint, [builder.bitcast(place, byte), *flags])
        return context.get_dummy_value()

    return types.void(array, index), generate


prefetch: Any = intrinsic(_prefetch)
