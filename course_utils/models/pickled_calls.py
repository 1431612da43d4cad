"""What a pickle asks for, followed without doing it: no small one may ask for hours or gigabytes.

PyTorch calls some functions for a pickle, such as ``bytearray`` and what makes tensors of sizes.
"""

import math
import pickle
import pickletools
from collections.abc import Sequence
from typing import Any

LONGEST_NAME = 1000
"""Letters of a class and its module."""

GROWTH = 8
SMALL = 1 << 22
"""How many signs and numbers may come of a pickle, if all that it points to more than once is
written out: so many for each byte, and as many beside that. What goes through it takes its time for
each: it is hashed, copied, or put into an error."""

SMALL_TENSORS = 1 << 26
"""Numbers in tensors that may come of a file, beside so many for each of its bytes."""

NUMBERING = {"PUT", "BINPUT", "LONG_BINPUT"}
"""What gives a thing in a pickle a number."""

POINTING = {"GET", "BINGET", "LONG_BINGET"}
GROWING = {"APPEND", "APPENDS", "SETITEM", "SETITEMS", "ADDITEMS", "BUILD"}
CALLING = {"REDUCE", "NEWOBJ", "NEWOBJ_EX", "OBJ"}
ENCODINGS = {"latin1", "latin-1", "ascii", "utf-8"}
"""Those that take no more time than a text is long."""

PLAIN = {"bytearray", "set", "Counter", "OrderedDict", "Size", "complex", "encode", "device"}
"""Functions that go through what they are given; that is never a tensor."""


class Thing:
    """A class or a function by its name, a container, or what a call gives.

    Attributes:
        name: Of the class, or of what was called.
        inner: What it is made of.
        size: How many signs and numbers it is, written out.
        numbers: How many its tensors have.
    """

    __slots__ = ("called", "inner", "name", "numbers", "placed", "size")

    def __init__(self, name: str = "", inner: Sequence[Any] = (), *, called: bool = True) -> None:
        self.name, self.called, self.placed = name, called, False
        self.inner: list[Any] = []
        self.size, self.numbers = 1, 0
        self.grow(inner)

    def grow(self, inner: Sequence[Any]) -> None:
        """Hold more."""
        self.inner.extend(inner)
        for value in inner:
            self.size += _size(value)
            if isinstance(value, Thing):
                self.numbers += value.numbers
                value.placed = True

    def is_content(self) -> bool:
        """Whether it is a container, or what PyTorch makes: nothing that can be called.

        Its words would come into an error, in which PyTorch searches for a name; the time that
        takes grows with the square of the letters.
        """
        return self.called and (self.name.startswith("torch") or _last(self.name) in (*PLAIN, ""))


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _size(value: object) -> int:
    if isinstance(value, Thing):
        return value.size
    return 1 + len(value) if isinstance(value, str | bytes | bytearray) else 1


MARK = Thing()


def follow(pickled: bytes, length: int) -> None:
    """Follow a pickle to its end, without doing what it says.

    Things are numbered as they come, to be pointed at. Python makes a table up to the largest
    number, however few things there are: four bytes could ask for 64 GiB.

    Args:
        pickled: From its first byte on.
        length: Of the file that it stands in, in bytes.

    Raises:
        pickle.UnpicklingError: If it asks for too much.
        Exception: Of any kind, if it is damaged.
    """
    _Follower(GROWTH * len(pickled) + SMALL, GROWTH * length + SMALL_TENSORS).follow(pickled)


class _Follower:
    def __init__(self, most: int, most_numbers: int) -> None:
        self.most, self.most_numbers = most, most_numbers
        self.taken = self.numbers = self.numbers_stored = 0
        self.storages: set[object] = set()
        self.stack: list[Any] = []
        self.known: dict[int, Any] = {}
        self.late = False

    def follow(self, pickled: bytes) -> None:
        for count, (opcode, argument, _) in enumerate(pickletools.genops(pickled)):
            name = opcode.name
            number = int(argument or 0) if name in NUMBERING | POINTING else 0
            if name in NUMBERING:
                if number > count:
                    raise pickle.UnpicklingError(
                        f"thing {argument} is numbered after {count} steps"
                    )
                self.known[number] = self.stack[-1]
            elif name == "MEMOIZE":
                self.known[len(self.known)] = self.stack[-1]
            elif name in POINTING:
                self.stack.append(self.known[number])
            elif name == "MARK":
                self.stack.append(MARK)
            elif name == "STOP":
                if self.late and self._written_out(self.stack[-1]) > self.most:
                    raise pickle.UnpicklingError("it holds the same too often")
            else:
                self._step(opcode, argument)

    def _step(self, opcode: pickletools.OpcodeInfo, argument: Any) -> None:
        """What takes things from the stack and puts others there."""
        name, stack = opcode.name, self.stack
        taken = self._taken(opcode)
        if name == "DUP":
            stack += [taken[0], taken[0]]
        elif name in GROWING:
            target, *inner = taken
            if isinstance(target, Thing):
                self.late |= target.placed
                target.grow(inner)
                self._require_modest(target)
            stack.append(target)
        elif name in ("GLOBAL", "STACK_GLOBAL", "INST"):
            module, _, what = argument.partition(" ") if argument else (taken[0], "", taken[1])
            if len(module) + len(what) > LONGEST_NAME:
                raise pickle.UnpicklingError("a name is too long")
            found = Thing(f"{module}.{what}", called=False)
            stack.append(self._called(found, taken) if name == "INST" else found)
        elif name in CALLING:
            function, arguments = taken[0], taken[1:]
            if name != "OBJ":  # it comes with a tuple of them
                arguments = [*_inner(arguments[0]), *arguments[1:]]
            stack.append(self._called(function, arguments))
        elif name in ("BINPERSID", "PERSID"):
            stack.append(self._stored(_inner(taken[0]) if taken else []))
        elif opcode.stack_after:
            simple = not taken and argument is not None
            constants = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
            made = argument if simple else constants.get(name, Thing(inner=taken))
            self._require_modest(made)
            stack.append(made)

    def _taken(self, opcode: pickletools.OpcodeInfo) -> list[Any]:
        """What an opcode takes from the stack; the mark in it is left out."""
        before, stack = opcode.stack_before, self.stack
        start = len(stack) - len(before)
        if pickletools.markobject in before:
            mark = len(stack) - 1
            while stack[mark] is not MARK:
                mark -= 1
            del stack[mark]
            start = mark - before.index(pickletools.markobject)
        if start < 0:
            raise pickle.UnpicklingError("it takes what is not there")
        taken = stack[start:]
        del stack[start:]
        return taken

    def _require_modest(self, made: object) -> None:
        if _size(made) > self.most:
            raise pickle.UnpicklingError("it holds the same too often")

    def _stored(self, place: list[Any]) -> object:
        """A storage, which is filled from the file; or a class, as files of old hold them."""
        kind, found, key, _where, count = [*place, *[None] * 5][:5]
        if kind == "module":
            return found
        if isinstance(count, int) and not isinstance(key, Thing) and key not in self.storages:
            self.storages.add(key)
            self.numbers_stored += count
            if self.numbers_stored > self.most_numbers:
                raise pickle.UnpicklingError(f"a storage of {count} numbers is asked for")
        return Thing("torch.storage")

    def _called(self, function: object, arguments: list[Any]) -> Thing:
        """What a call gives, if it does not take too much."""
        if not isinstance(function, Thing) or function.is_content():
            raise pickle.UnpicklingError("it calls what is no function")
        made, name = Thing(function.name, arguments), function.name
        while name.endswith("._rebuild_from_type_v2") and len(arguments) > 2:
            name, arguments = getattr(arguments[0], "name", ""), _inner(arguments[2])
        _require_plain(name, arguments)
        sides = _inner(arguments[2])[:64] if "._rebuild_" in name and arguments[3:] else [0]
        numbers = math.prod(side for side in sides if isinstance(side, int))
        self.taken += made.size
        self.numbers += made.numbers + ("qtensor" in name) * numbers
        if self.taken > self.most or self.numbers > self.most_numbers:
            raise pickle.UnpicklingError(f"{name} is asked for too much")
        made.numbers += numbers
        return made

    def _written_out(self, root: object) -> int:
        """The size of the whole, where things grew after others had them within."""
        sizes: dict[int, int] = {}
        path = [(root, iter(_inner(root)))]
        while path:
            thing, rest = path[-1]
            inner = next((one for one in rest if isinstance(one, Thing)), None)
            if inner is None:
                sizes[id(thing)] = 1 + sum(
                    sizes.get(id(one), 1) if isinstance(one, Thing) else _size(one)
                    for one in _inner(thing)
                )
                path.pop()
            elif id(inner) not in sizes:
                sizes[id(inner)] = 1  # it may hold itself
                path.append((inner, iter(inner.inner)))
        return sizes[id(root)]


def _inner(value: object) -> list[Any]:
    return value.inner if isinstance(value, Thing) else []


def _require_plain(name: str, arguments: Sequence[Any]) -> None:
    """Refuse arguments that take memory or time by a number or a word, as nothing has them."""
    last, odd = _last(name), False
    if last in PLAIN:
        odd = any(
            isinstance(one, Thing) and _last(one.name) not in ("", "encode") for one in arguments
        )
    if last == "bytearray":
        odd |= any(isinstance(one, int) for one in arguments)
    if last in ("bytearray", "encode"):
        odd |= any(encoding not in ENCODINGS for encoding in arguments[1:2])
    if name.startswith("torch.") and last.endswith("Tensor"):
        odd |= bool(arguments)
    if odd or last.endswith("Storage"):
        shown = ", ".join(
            str(one)[:32] if isinstance(one, str | int) else "..." for one in arguments
        )
        raise pickle.UnpicklingError(f"{last}({shown}) is asked for")
