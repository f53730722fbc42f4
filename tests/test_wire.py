"""The wire: random object graphs cross and come back the same, hostile bytes do no more than fail."""

from __future__ import annotations

import collections
import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.engine.message import _measure_in_any_order, _measure_in_order, measure
from grader.engine.wire import CannotFollow, Graph, Handle, Limits, NotPlain, WireError, decode, encode


def same(one, other, pairs=None) -> bool:
    """Whether two graphs are the same, their shared objects and cycles included."""
    pairs = {} if pairs is None else pairs
    if isinstance(one, list | dict | set | tuple | np.ndarray) and id(one) in pairs:
        return pairs[id(one)] == id(other)
    if isinstance(one, np.ndarray):
        pairs[id(one)] = id(other)
        return (
            type(other) is np.ndarray
            and one.dtype == other.dtype
            and one.shape == other.shape
            and one.tobytes() == other.tobytes()
        )
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        pairs[id(one)] = id(other)
        return len(one) == len(other) and all(
            same(a, b, pairs) and same(one[a], other[b], pairs) for a, b in zip(one, other, strict=True)
        )
    if isinstance(one, list | tuple):
        pairs[id(one)] = id(other)
        return len(one) == len(other) and all(same(a, b, pairs) for a, b in zip(one, other, strict=True))
    return one == other or (one != one and other != other)


def there(root, **options):
    return decode(encode(root, **options).data, **options).root


scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-(10**40), 10**40),
    st.floats(),
    st.complex_numbers(allow_nan=False),
    st.text(max_size=10),
    st.binary(max_size=10),
    st.just(...),
    st.builds(slice, st.none() | st.integers(), st.none() | st.integers()),
    st.sampled_from([np.float32(1.5), np.float64("nan"), np.int8(-3), np.bool_(True), np.str_("ü"), np.complex64(1j)]),
)
dtypes = st.one_of(hnp.boolean_dtypes(), hnp.integer_dtypes(endianness="="), hnp.floating_dtypes(endianness="="))
arrays = hnp.arrays(dtypes, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4))
keys = st.one_of(st.integers(), st.text(max_size=5), st.tuples(st.integers(), st.text(max_size=3)))


@st.composite
def graphs(draw):
    """A list of objects in which some stand more than once, some contain each other, some are views of others."""
    pool = [draw(scalars), draw(arrays)]
    for _ in range(draw(st.integers(1, 8))):
        parts = draw(st.lists(st.sampled_from(pool), max_size=4))
        kind = draw(st.sampled_from(["list", "tuple", "dict", "array", "view", "scalar", "set"]))
        if kind == "list":
            pool.append(list(parts))
        elif kind == "tuple":
            pool.append(tuple(parts))
        elif kind == "dict":
            pool.append({draw(keys): part for part in parts})
        elif kind == "array":
            pool.append(draw(arrays))
        elif kind == "scalar":
            pool.append(draw(scalars))
        elif kind == "set":
            pool.append(draw(st.sets(keys, max_size=3)))
        else:
            array = next(part for part in reversed(pool) if isinstance(part, np.ndarray))
            pool.append(draw(st.sampled_from([array.T, array[..., ::2] if array.ndim else array, array.reshape(-1)])))
    containers = [part for part in pool if isinstance(part, list)]
    if containers and draw(st.booleans()):
        containers[0].append(draw(st.sampled_from(containers)))  # a cycle, perhaps
    return pool


@settings(max_examples=300)
@given(graphs())
def test_any_graph_crosses_and_comes_back_the_same(root):
    assert same(there(root), root)


@settings(max_examples=200)
@given(graphs(), st.data())
def test_what_the_other_side_changes_in_place_changes_here(root, data):
    sent = encode(root)
    far = decode(sent.data)
    places = {id(item): number for number, item in enumerate(far.objects)}
    for item in far.objects:
        if isinstance(item, np.ndarray) and item.size and item.dtype.kind in "iuf":
            item.flat[data.draw(st.integers(0, item.size - 1))] = 7
        elif type(item) is list:
            item.append("new")
        elif type(item) is dict:
            item["new"] = 1
    reply = encode([far.root, far.root], origins=places)
    back = decode(reply.data, originals=sent.objects).root
    assert back[0] is root
    assert back[1] is root
    assert same(root, far.root)


@settings(max_examples=200)
@given(graphs(), st.data())
def test_whether_anything_was_changed_is_known(root, data):
    far = decode(encode([root, bytearray(b"ab")]).data)
    assert far.is_as_it_came()
    changeable = [item for item in far.objects if isinstance(item, list | dict | set | np.ndarray | bytearray)]
    item = data.draw(st.sampled_from(changeable))
    if isinstance(item, np.ndarray) and item.size and item.dtype.kind in "iufb":
        place = data.draw(st.integers(0, item.size - 1))
        item.flat[place] = not item.flat[place]
        assert not far.is_as_it_came()
    elif isinstance(item, list | bytearray):
        item.append(7)
        assert not far.is_as_it_came()
        item.pop()
        assert far.is_as_it_came()
        item[:1] = [8]
        assert not far.is_as_it_came()
    elif isinstance(item, set):
        item.add("another")
        assert not far.is_as_it_came()
    elif isinstance(item, dict):
        item["another"] = 1
        assert not far.is_as_it_came()
        del item["another"]
        assert far.is_as_it_came()
        if item:
            item[next(iter(item))] = object()
            assert not far.is_as_it_came()


@pytest.mark.parametrize(
    "change",
    [
        lambda array: array.__setitem__((0, 0), np.nan),
        lambda array: setattr(array, "shape", (3, 2)),
        lambda array: setattr(array, "dtype", np.int64),
        lambda array: array.__setitem__((0, 0), -0.0),
    ],
)
def test_any_change_of_an_array_is_seen(change):
    far = decode(encode([np.zeros((2, 3))]).data)
    change(far.root[0])
    assert not far.is_as_it_came()


def test_another_order_of_keys_is_a_change():
    far = decode(encode({"a": 1, "b": 2}).data)
    far.root["a"] = far.root.pop("a")
    assert not far.is_as_it_came()


def test_the_same_array_twice_stays_one_array_and_a_view_shares_its_memory():
    array = np.arange(12.0).reshape(3, 4)
    one, two, view, turned = there([array, array, array[1:, ::2], array.T])
    assert one is two
    one[1, 2] = 99
    assert view[0, 1] == 99
    assert turned[2, 1] == 99


def test_a_small_view_does_not_drag_a_large_array_along():
    assert len(encode(np.zeros(10**6)[:10]).data) < 1000


@pytest.mark.parametrize("order", ["C", "F"])
def test_a_small_view_with_gaps_of_a_large_array_crosses(order):
    whole = np.asarray(np.arange(4000.0).reshape(4, 1000), order=order)
    for view in (whole[:2, 990:], whole[:, ::100], whole[::2, -1], whole[::-3, ::-300]):
        np.testing.assert_array_equal(there(view), view)
        assert len(encode(view).data) < 2000


def test_a_result_that_is_an_argument_stays_that_argument():
    arguments = ([1, 2], {"W": np.ones(3)}, np.zeros(2), ("a", [3]))
    sent = encode(arguments)
    far = decode(sent.data)
    places = {id(item): number for number, item in enumerate(far.objects)}
    for number in range(4):
        back = decode(encode(far.root[number], origins=places).data, originals=sent.objects).root
        assert back is arguments[number]


@pytest.mark.parametrize(
    ("sent", "arrives"),
    [
        (collections.OrderedDict(a=1), {"a": 1}),
        (collections.namedtuple("P", "x y")(1, 2), (1, 2)),
        (range(3), [0, 1, 2]),
        (zip([1], [2], strict=True), [(1, 2)]),
        ((n * n for n in range(3)), [0, 1, 4]),
        ({"a": 1}.keys(), ["a"]),
        (np.matrix([[1.0, 2.0]]), np.array([[1.0, 2.0]])),
        (np.ma.masked_array([1.0, 2.0], [True, False]), np.array([1.0, 2.0])),
        (type("Mine", (float,), {"__eq__": lambda self, other: True})(2.5), 2.5),
        (type("Yes", (int,), {})(3), 3),
        (type("Text", (str,), {})("x"), "x"),
    ],
)
def test_subclasses_arrive_as_their_base_types(sent, arrives):
    assert same(there(sent), arrives)


class Liar(list):
    """Shows the examiner other items than it has."""

    def __iter__(self):
        return iter(["lie"])

    def __len__(self):
        return 1


class Units(np.ndarray):
    pass


@pytest.mark.parametrize(
    "array",
    [
        np.matrix([[1.0, 2.0]]) * 2,
        (np.matrix([[1.0, 2.0]]) * 2)[:, 0],
        Units((3,)),
        Units((3,))[1:],
        np.ma.masked,
        np.ma.masked_all(()).view(np.ma.MaskedArray),
        np.array([(1, 2.0)], [("a", "i4"), ("b", "f8")]).view(np.recarray).b,
    ],
    ids=range(7),
)
def test_arrays_of_subclasses_that_own_their_memory_cross(array):
    view = array[...]
    one, other = decode(encode([array, view]).data).root
    assert type(one) is type(other) is np.ndarray and one.shape == array.shape
    assert np.shares_memory(one, other)


@pytest.mark.parametrize("empty", [np.str_(""), np.bytes_(b"")])
def test_empty_texts_of_numpy_cross(empty):
    assert there([empty, 1]) == [empty, 1]


def test_an_array_of_texts_without_a_length_is_refused_by_its_sender():
    with pytest.raises(NotPlain, match="an array of the type"):
        encode(np.ndarray(3, "S0", b""))


def test_what_a_subclass_says_of_itself_does_not_count():
    assert there(Liar([1, 2, 3])) == [1, 2, 3]


def test_objects_that_are_no_data_become_handles_or_are_refused():
    with pytest.raises(NotPlain, match="an object of the type function"):
        encode(print.__class__ and (lambda: 1))
    with pytest.raises(NotPlain, match="an array of the type object"):
        encode(np.array([object()], dtype=object))
    sent = encode([print, print], handle=lambda thing: Handle(7, type(thing).__name__))
    back = decode(sent.data, handle=lambda handle: handle).root
    assert back[0] is back[1]
    assert back[0] == Handle(7, "builtin_function_or_method")
    with pytest.raises(WireError, match="a handle that nobody asked for"):
        decode(sent.data)


@pytest.mark.parametrize(
    ("root", "words"),
    [
        (list(range(1000)), "elements"),
        ("x" * 20_000, "bytes"),
        (np.zeros(10_000), "bytes"),
        (iter(int, 1), "an object of the type"),
        ((n for n in iter(int, 1)), "elements"),
        pytest.param(10**5000, "4,300 digits", id="a huge integer"),
    ],
)
def test_the_sender_stops_at_its_limits(root, words):
    with pytest.raises(NotPlain, match=words):
        encode(root, limits=Limits(size=10_000, elements=500, depth=20))


def nested(depth: int) -> list:
    root: list = []
    for _ in range(depth):
        root = [root]
    return root


@st.composite
def messages(draw):
    """The nodes of a message in which most references lead forwards."""
    count = draw(st.integers(1, 6))
    reference = st.integers(0, count).map(lambda number: [number])
    kinds = st.sampled_from([["list"], ["tuple"], ["origin", 0, "dict"], ["array", "<f8"], ["origin", 1, "handle", 3]])
    return [[*draw(kinds), *draw(st.lists(reference | st.just(1.5), max_size=3))] for _ in range(count)]


@settings(max_examples=300)
@given(messages())
def test_a_message_has_one_measure_in_whatever_order_it_is_read(nodes):
    in_order = _measure_in_order(nodes, [0])
    assert in_order is None or in_order == _measure_in_any_order(nodes, [0])


def test_most_messages_are_measured_in_one_pass():
    shared, tree = [["list", [1], [1]], ["dict", "a", 1]], [["list", [1], [2]], ["tuple"], ["array", "<f8", [2], 0]]
    assert _measure_in_order(shared, [0]) == (2, 2, 12)
    assert _measure_in_order(tree, [0]) == (3, 2, 11)
    assert _measure_in_order([["list", [1]], ["list", [0]]], [0]) is None
    assert _measure_in_order([["list"], ["list"]], [0]) is None


def test_the_size_of_what_doubles_without_end_stays_a_small_number():
    nodes = [["list", [number + 1], [number + 1]] for number in range(5_000)] + [["list"]]
    backwards = [
        ["list", [len(nodes)]],
        *([head, *([len(nodes) - one] for (one,) in rest)] for head, *rest in nodes[::-1]),
    ]
    for one in (nodes, backwards):
        assert measure(one, [0])[2] < 1 << 70


def test_depth_is_bounded_on_both_sides():
    assert same(there(nested(150)), nested(150))
    with pytest.raises(NotPlain, match="inside each other"):
        encode(nested(300))
    deep = encode(nested(300), limits=Limits(depth=1000)).data
    with pytest.raises(WireError, match="inside each other"):
        decode(deep)


def test_the_receiver_checks_limits_of_its_own():
    many = encode(list(range(5000))).data
    with pytest.raises(WireError, match="elements"):
        decode(many, limits=Limits(elements=100))
    with pytest.raises(WireError, match="bytes"):
        decode(encode("x" * 5000).data, limits=Limits(size=1000))


def forged(nodes: list, root: object = None, buffers: list[bytes] = ()) -> bytes:
    head = {"root": [0] if root is None else root, "nodes": nodes, "buffers": [len(b) for b in buffers]}
    text = json.dumps(head).encode()
    return b"".join([len(text).to_bytes(8, "big"), text, *buffers])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 7,
        b"\xff" * 100,
        forged([]),
        forged([["array", "|S0", [9], 0]], buffers=[b""]),  # NumPy would make it S1, of whatever was in the memory
        forged([["array", "<U0", [9], [0], 0, 0]], buffers=[b""]),
        forged([["scalar", "<U0", 0]], buffers=[b""]),
        forged([["list", [7]]]),
        forged([["list", [-1]]]),
        forged([["list", [0.5]]]),
        forged([["list", ["a", "b"]]]),
        forged([["list", {"a": 1}]]),
        forged([["tuple", [0]]]),
        forged([["frozenset", [1]], ["tuple", [0]]]),
        forged([["dict", 1]]),
        forged([["dict", [1], 2], ["list"]]),
        forged([["set", [1]], ["list"]]),
        forged([["eval", "1"]]),
        forged([["__reduce__"]]),
        forged(["list"]),
        forged([[]]),
        forged([[["list"]]]),
        forged([["origin", 0, "list"]]),
        forged([["origin", -1, "list"]]),
        forged([["origin"]]),
        forged([["handle", 1, "x"]]),
        forged([["int", "1" * 5000]]),
        forged([["int", "__import__('os')"]]),
        forged([["int", 1.5]]),
        forged([["array", "|O8", [1], [8], 0, 0]], buffers=[b"\0" * 8]),
        forged([["array", "<f8", [2], [8], 0, 0]], buffers=[b"\0" * 8]),
        forged([["array", "<f8", [1], [8], -8, 0]], buffers=[b"\0" * 8]),
        forged([["array", "<f8", [2], [-8], 0, 0]], buffers=[b"\0" * 8]),
        forged([["array", "<f8", [10**12], [0], 0, 0]], buffers=[b"\0" * 8]),
        forged([["array", "<f8", [2**62, 2**62], [0, 0], 0, 0]], buffers=[b"\0" * 8]),
        forged([["array", "<f8", [-1], [8], 0, 0]], buffers=[b"\0" * 8]),
        forged([["array", "<f8", [1], [8], 0, 5]], buffers=[b"\0" * 8]),
        forged([["array", "<f8", [1] * 40, [8] * 40, 0, 0]], buffers=[b"\0" * 8]),
        forged([["array", "<f8", "1", [8], 0, 0]], buffers=[b"\0" * 8]),
        forged([["array", "V8", [1], [8], 0, 0]], buffers=[b"\0" * 8]),
        forged([["array", "<f8,<f8", [1], [16], 0, 0]], buffers=[b"\0" * 16]),
        forged([["scalar", "<f8", 0]], buffers=[b"\0" * 4]),
        forged([["scalar", "|O8", 0]], buffers=[b"\0" * 8]),
        forged([["list"]]) + b"more",
        forged([["list"]], buffers=[b"abc"])[:-1],
        forged([["list"]], root={"a": 1}),
        (8).to_bytes(8, "big") + b"[" * 8,
        (200_000).to_bytes(8, "big") + b"[" * 200_000,
    ],
)
def test_a_forged_message_is_refused(data):
    with pytest.raises(WireError):
        decode(data, limits=Limits(size=1_000_000))


def test_a_refused_reply_changes_nothing():
    original = [1, 2]
    sent = encode([original, np.ones(2)])
    for reply in (
        forged([["origin", 1, "list", 9], ["eval"]], root=[0]),
        forged([["origin", 1, "list", 9], ["dict", [2], 1], ["list"]], root=[0]),
        forged(
            [["origin", 1, "list", 9], ["origin", 2, "array", "<f8", [3], [8], 0, 0]], root=[0], buffers=[bytes(24)]
        ),
    ):
        with pytest.raises(WireError):
            decode(reply, originals=sent.objects)
    assert original == [1, 2]


def test_an_array_that_is_read_only_here_cannot_be_changed_from_there():
    array = np.ones(2)
    array.flags.writeable = False
    sent = encode(array)
    far = decode(sent.data)
    with pytest.raises(ValueError, match="read-only"):
        far.root[0] = 5
    far.root.flags.writeable = True
    far.root[0] = 5
    reply = encode(far.root, origins={id(far.root): 0})
    with pytest.raises(CannotFollow, match="cannot be written to"):
        decode(reply.data, originals=sent.objects)
    assert array.tolist() == [1, 1]


def test_a_view_that_cannot_be_written_to_arrives_so():
    assert not there(np.broadcast_to(np.arange(3.0), (2, 3))).flags.writeable
    assert there(np.arange(3.0)).flags.writeable


def test_an_array_takes_the_shape_that_it_was_given_in_place():
    array = np.arange(6.0).reshape(2, 3)
    sent = encode(array)
    far = decode(sent.data)
    far.root.shape = (6,)
    np.multiply(far.root, 2, out=far.root)
    decode(encode(far.root, origins={id(far.root): 0}).data, originals=sent.objects)
    assert array.tolist() == [0, 2, 4, 6, 8, 10]


@pytest.mark.parametrize(
    ("array", "change"),
    [
        (np.arange(6.0), lambda x: x.resize(3, refcheck=False)),
        (np.arange(6.0), lambda x: setattr(x, "dtype", np.int64)),
        (np.asfortranarray(np.ones((2, 3))), lambda x: setattr(x, "shape", (3, 2))),
    ],
)
def test_what_an_original_cannot_become_is_told_apart_from_forgery(array, change):
    before = array.copy()
    sent = encode(array)
    far = np.array(array, order="C")  # not the decoded one, which may have its memory from elsewhere
    change(far)
    with pytest.raises(CannotFollow, match="the function changes"):
        decode(encode(far, origins={id(far): 0}).data, originals=sent.objects)
    assert np.array_equal(array, before)


def test_bytes_that_are_changed_in_place_change_here():
    mine = bytearray(b"ab")
    sent = encode([mine])
    far = decode(sent.data)
    far.root[0] += b"c"
    origins = {id(thing): number for number, thing in enumerate(far.objects)}
    (back,) = decode(encode(far.root, origins=origins).data, originals=sent.objects).root
    assert back is mine and mine == b"abc"


@pytest.mark.parametrize("kind", [set, frozenset, dict.fromkeys])
def test_keys_that_all_have_one_hash_are_refused(kind):
    assert len(there(kind(range(2_000)))) == 2_000
    with pytest.raises(WireError, match="one hash"):
        there(kind(number * (2**61 - 1) for number in range(2_000)))


@settings(max_examples=400)
@given(st.data(), graphs())
def test_damaged_bytes_never_do_more_than_fail(data, root):
    message = bytearray(encode(root).data)
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, len(message) - 1))
        message[place] = data.draw(st.integers(0, 255))
    try:
        graph = decode(bytes(message), originals=[[], {}, np.zeros(3)], handle=lambda handle: handle)
    except WireError:
        return
    assert isinstance(graph, Graph)


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_any_bytes_never_do_more_than_fail(message):
    with pytest.raises(WireError):
        decode(message)


@pytest.mark.parametrize("array", [np.array([True, False]), np.array(["ab", "c"]), np.bool_(True), np.str_("ü")])
def test_entries_without_a_meaning_are_refused(array):
    message = bytearray(encode(array).data)
    assert decode(bytes(message)).root.tolist() == array.tolist()
    message[-1] = 0x7F  # in the last entry: no truth value, and no character
    with pytest.raises(WireError, match="no character or no truth value"):
        decode(bytes(message))


def message(nodes, *buffers):
    head = json.dumps({"root": [0], "nodes": nodes, "buffers": [len(one) for one in buffers]}).encode()
    return len(head).to_bytes(8, "big") + head + b"".join(buffers)


@pytest.mark.parametrize(
    ("nodes", "words"),
    [
        ([["scalar", "<M8[D/0]", 0]], "dtype"),
        ([["list", 1], *[["tuple", [n]] for n in range(1, 100_000)]], "stand nowhere"),
        ([["list", [1]], ["list", [2], [1]], ["list", [3]], *[["tuple", [n + 1]] for n in range(3, 300)], ["list"]], "inside each other"),
        ([["list", [1]], *[["tuple", [n + 1], [n + 1]] for n in range(1, 60)], ["tuple", 1]], "without end"),
    ],
)  # fmt: skip
def test_what_would_hurt_its_reader_is_refused_before_it_is_built(nodes, words):
    with pytest.raises(WireError, match=words):
        decode(message(nodes, *([b"x" * 8] if nodes[0][0] == "scalar" else [])))


def test_the_sender_refuses_what_the_receiver_would(root=1):
    for _ in range(60):
        root = (root, root)
    with pytest.raises(NotPlain, match="without end"):
        encode(root)


@pytest.mark.parametrize("kind", ["<M8[ns]", "<m8[25s]", "<M8[Y]", "<m8"])
def test_times_cross_and_share_their_memory(kind):
    array = np.arange(1, 5).view(kind)
    whole, square, view = there([array, array.reshape(2, 2), array[1:3]])
    assert whole.dtype == array.dtype
    assert (whole == array).all() and (square == array.reshape(2, 2)).all() and (view == array[1:3]).all()
    whole[1] = square[0, 0]
    assert square[0, 1] == view[0] == array[0]


def test_memory_that_no_array_of_the_message_shows_is_not_sent():
    whole = np.arange(24.0).reshape(6, 4)
    (left, right), again = (decode(encode(root).data).root for root in ([whole[:, :2], whole[:, 1:3]], whole))
    assert left.base is right.base
    left[0, 1] = -1.0
    assert right[0, 0] == -1.0
    everything = np.frombuffer(left.base, float).reshape(6, 4)
    assert (everything[:, 3] == 0).all() and (everything[1:, :3] == whole[1:, :3]).all()
    assert (again == whole).all()


def test_nan_and_infinity_cross():
    assert math.isnan(there(float("nan")))
    assert there([float("inf"), -math.inf]) == [math.inf, -math.inf]
