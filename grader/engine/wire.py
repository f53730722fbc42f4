"""Plain data on the wire: object graphs as bytes, and back, without anything that could execute.

A message is a JSON header followed by raw buffers. The header lists *nodes*; a node is a container or an array, and a
value inside it is a scalar or a reference to another node. So one array that stands in two places stays one array, and
a list may contain itself. What the other side returns for an object it was sent names that object (its *origin*):
decoding such a node changes the original in place, as the call would have done in one process.

=============================  ====================================================================================
on this side                   on the other side
=============================  ====================================================================================
None, bool, int, float, str    the same; also nan, infinity and integers of up to 4,300 digits
complex, bytes, slice, ...     the same
NumPy scalars and arrays       the same dtype, shape and strides order; views of one array still share its memory,
                               and what cannot be written to still cannot
list, tuple, dict, set         the same, also for their subclasses (OrderedDict, named tuples)
range, zip, generators, views  a list, up to a bound
tensors                        an array
anything else                  a handle, if the sender gives one; otherwise `NotPlain`
=============================  ====================================================================================

Limits bound what is read before it is built: bytes, number of elements and depth.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from grader.engine.decoder import Decoder
from grader.engine.encoder import READ_ONCE, Encoder
from grader.engine.message import LIMITS, CannotFollow, Graph, Handle, Limits, NotPlain, WireError

__all__ = [
    "LIMITS",
    "READ_ONCE",
    "CannotFollow",
    "Graph",
    "Handle",
    "Limits",
    "NotPlain",
    "WireError",
    "decode",
    "encode",
]


def encode(
    root: object,
    handle: Callable[[object], Handle] | None = None,
    origins: Mapping[int, int] | None = None,
    limits: Limits = LIMITS,
) -> Graph:
    """Encode an object graph.

    Parameters
    ----------
    root : object
    handle : function, optional
        Gives a handle for an object that is not plain data.
    origins : mapping of int to int, optional
        ``id(object)`` of what was received, to its position in the objects of that message.
    limits : Limits

    Raises
    ------
    NotPlain
        If there is something that cannot travel, or more of it than the limits allow.
    """
    return Encoder(handle, origins or {}, limits).encode(root)


def decode(
    data: bytes,
    handle: Callable[[Handle], object] | None = None,
    originals: Sequence[object] = (),
    limits: Limits = LIMITS,
) -> Graph:
    """Decode a message; what it says of `originals` is changed in them, after all of it was checked.

    Parameters
    ----------
    data : bytes
    handle : function, optional
        Makes an object for a handle.
    originals : sequence of object
        The objects of the message that this one replies to.
    limits : Limits

    Raises
    ------
    WireError
        If the message is damaged, forged or over a limit. Nothing was changed then.
    CannotFollow
        If only what it says of an original cannot be done to that.
    """
    try:
        return Decoder(data, handle, originals, limits).decode()
    except WireError:
        raise
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError, MemoryError) as error:
        raise WireError(f"{type(error).__name__}: {error}") from None
