"""Sets with masks: 0 and 255, void alone, palettes, exports of labelme and CVAT, lists."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from case import Case, Refusal
from course_utils.data.bad_files import drop_bad_pairs
from course_utils.data.masks import VOID, palette_image, save_mask, voc_colors
from course_utils.data.voc import VOCSegmentation
from voc_files import add_pair, list_names

THING = np.zeros((40, 50), np.uint8)
THING[10:30, 10:30] = 1
AS_255 = THING * np.uint8(255)
ABSENT = np.zeros_like(THING)
OUTLINE = AS_255.copy()
OUTLINE[13:27, 13:27] = 0
PADDED = ABSENT.copy()
PADDED[:12] = VOID

Change = Callable[[Path], object]


def a_set(*masks: np.ndarray, change: Change = lambda root: None) -> Callable[[Path], Path]:
    """A set of ``background`` and ``cat``, with something done to it."""

    def make(folder: Path) -> Path:
        names = [f"p{number}" for number in range(len(masks))]
        list_names(folder, "train", names)
        for name, mask in zip(names, masks, strict=True):
            add_pair(folder, name, mask)
        (folder / "classes.txt").write_text("background\ncat\n")
        change(folder)
        return folder

    return make


def opened(root: Path) -> VOCSegmentation:
    pictures = VOCSegmentation(root, "train", (33, 33))
    problems = drop_bad_pairs(pictures)
    if problems:
        raise problems[0]
    return pictures


def pixels(root: Path) -> object:
    """Of each class in all masks."""
    return opened(root).class_counts().tolist()


def about(root: Path) -> object:
    return opened(root).about_classes()


def about_masks(root: Path) -> object:
    pictures = opened(root)
    pictures.require_labels()
    return pictures.about_masks()


def each_mask(change: Callable[[np.ndarray], Image.Image]) -> Change:
    def work(root: Path) -> None:
        for path in (root / "SegmentationClass").iterdir():
            change(np.asarray(Image.open(path))).save(path)

    return work


def rgb_of(colors: list[list[int]]) -> Change:
    return each_mask(lambda mask: Image.fromarray(np.array(colors, np.uint8)[mask]))


def files(**contents: str) -> Change:
    """Other files than ``classes.txt`` beside the folders."""

    def work(root: Path) -> None:
        (root / "classes.txt").unlink()
        for name, text in contents.items():
            (root / f"{name}.txt").write_text(text)

    return work


def both(*changes: Change) -> Change:
    return lambda root: [change(root) for change in changes]


def listed(text: str, encoding: str = "utf-8") -> Change:
    path = Path("ImageSets", "Segmentation", "train.txt")
    return lambda root: (root / path).write_bytes(text.encode(encoding))


def moved(root: Path) -> None:
    """The photographs of a camera of Windows."""
    for name in ("p0", "p1"):
        picture = root / "JPEGImages" / f"{name}.jpg"
        picture.rename(picture.with_name(f"{name} a.JPG"))
        mask = root / "SegmentationClass" / f"{name}.png"
        mask.rename(mask.with_name(f"{name} a.png"))


def arrays(root: Path) -> None:
    for path in list((root / "SegmentationClass").iterdir()):
        mask = np.asarray(Image.open(path)).astype(np.int32)
        np.save(path.with_suffix(".npy"), np.where(mask == VOID, -1, mask))
        path.unlink()


def sorted_palette(mask: np.ndarray) -> Image.Image:
    image = Image.fromarray(1 - mask)
    image.putpalette(voc_colors()[[1, 0]].tobytes())
    return image


def own_palettes(*palettes: list[list[int]]) -> Change:
    """The masks one after the other with these palettes; the indices stay."""

    def work(root: Path) -> None:
        for number, palette in enumerate(palettes):
            path = root / "SegmentationClass" / f"p{number}.png"
            image = Image.fromarray(np.asarray(Image.open(path)))
            image.putpalette(np.array(palette, np.uint8).tobytes())
            image.save(path)

    return work


def resaved(kind: str) -> Change:
    """Each mask in another format, which changes its pixels."""

    def work(root: Path) -> None:
        for path in list((root / "SegmentationClass").iterdir()):
            Image.fromarray(np.asarray(Image.open(path))).save(path.with_suffix(f".{kind}"))
            path.unlink()

    return work


def beside(label_map: str) -> Change:
    return lambda root: (root / "labelmap.txt").write_text(label_map)


def smaller(root: Path) -> None:
    save_mask(root / "SegmentationClass" / "p0.png", THING[:20, :25])


ONE = [int((THING == 0).sum()), int((THING == 1).sum())]
TWO = [2 * count for count in ONE]
MIXED = (
    "masks of train that hold nothing but 0 and areas of 255, which is void, while others have "
    "classes: 1 (p0.png); if that is a thing, save the thing as 1"
)
MOSTLY = Refusal("others have classes: 2 (p0.png, p1.png); if that is a thing, save the thing as 1")
AS_ONE = Refusal("save the thing as 1")
CAT = "2 classes: background, cat (from classes.txt)"
LABEL_MAP = "# label:color_rgb:parts:actions\nbackground:0,0,0::\ncat:250,50,83::\n"
TWO_VOIDS = "cat:250,50,83::\nvoid:9,9,9::\nunlabeled:7,7,7::\nBackground:0,0,0::\n"
CVAT_COLORS = [[0, 0, 0], [250, 50, 83]]

CASES = [
    Case("masks of 0 and 1", a_set(THING), pixels, ONE),
    Case("masks of 0 and 255, L", a_set(AS_255, ABSENT), pixels, AS_ONE),
    Case("masks of 0 and 255, P", a_set(AS_255, change=each_mask(palette_image)), pixels, AS_ONE),
    Case(
        "masks of 0 and 1, bits",
        a_set(THING, change=each_mask(lambda mask: Image.fromarray(mask > 0))),
        pixels,
        ONE,
    ),
    Case("masks of white", a_set(THING, change=rgb_of([[0] * 3, [255] * 3])), pixels, AS_ONE),
    Case("the thing is absent", a_set(ABSENT), about, (CAT, "in no mask of train: cat")),
    Case("void beside a class", a_set(OUTLINE, THING), about, (CAT,)),
    Case("areas of void beside classes", a_set(AS_255, THING), about_masks, (MIXED,)),
    Case("nothing as void", a_set(OUTLINE, THING, PADDED), about_masks, ()),
    Case("a thing as void in most masks", a_set(AS_255, AS_255, THING), pixels, MOSTLY),
    Case("rows of void beside a class", a_set(PADDED, THING), about, (CAT,)),
    Case(
        "palettes of reduced colors, each in its own order",
        a_set(THING, THING, change=own_palettes([[0] * 3, [200, 0, 0]], [[200, 0, 0], [0] * 3])),
        pixels,
        Refusal("the palettes of p0.png and p1.png contradict each other: (200, 0, 0) is the"),
    ),
    Case(
        "palettes that give a class two colors",
        a_set(THING, THING, change=own_palettes([[0] * 3, [200, 0, 0]], [[0] * 3, [0, 0, 200]])),
        pixels,
        Refusal("the index 1 is (200, 0, 0) in the first and (0, 0, 200) in the second"),
    ),
    Case(
        "palettes of VOC, of grays and of one's own",
        a_set(
            *[THING] * 3,
            change=own_palettes(
                voc_colors().tolist(), [[n] * 3 for n in range(256)], [[0] * 3, [200, 0, 0]]
            ),
        ),
        pixels,
        [3 * count for count in ONE],
    ),
    Case("void alone", a_set(np.full_like(THING, VOID)), pixels, Refusal("no pixel of train is")),
    Case(
        "a palette in another order",
        a_set(THING, change=each_mask(sorted_palette)),
        pixels,
        Refusal("its palette shows the index 0 in the color of 1"),
    ),
    Case(
        "a smaller mask and a crop",
        a_set(THING, change=smaller),
        pixels,
        Refusal("the mask measures 25×20, its picture 50×40"),
    ),
    Case(
        "labelme: class_names.txt and arrays",
        a_set(THING, change=both(files(class_names="_background_\ncat\n"), arrays)),
        about,
        ("2 classes: _background_, cat (from class_names.txt)",),
    ),
    Case(
        "labelme: labels.txt with __ignore__",
        a_set(THING, change=files(labels="__ignore__\n_background_\ncat\n")),
        about,
        ("2 classes: _background_, cat (from labels.txt)",),
    ),
    Case(
        "CVAT: labelmap.txt and its colors",
        a_set(THING, change=both(files(labelmap=LABEL_MAP), rgb_of(CVAT_COLORS))),
        pixels,
        ONE,
    ),
    Case(
        "CVAT: an unknown color",
        a_set(THING, change=both(files(labelmap=LABEL_MAP), rgb_of([[0] * 3, [1, 2, 3]]))),
        pixels,
        Refusal("holds colors of no class"),
    ),
    *(
        Case(f"a list, {what}", a_set(THING, THING, change=both(moved, listed(*text))), pixels, TWO)
        for what, text in {
            "names with spaces": ("p0 a\np1 a\n",),
            "of Notepad": ("p0 a\r\np1 a\r\n", "utf-16"),
            "with a mark": ("p0 a\n\n p1 a  \n", "utf-8-sig"),
            "with endings": ("p0 a.jpg\np1 a.jpg\n",),
            "of pairs": (
                "".join(f"/JPEGImages/p{n} a.JPG /SegmentationClass/p{n} a.png\n" for n in (0, 1)),
            ),
            "of a class": ("p0 a  1\np1 a  1\np2 -1\n",),
        }.items()
    ),
    Case(
        "a list, names outside",
        a_set(THING, change=listed("../../q\n")),
        pixels,
        Refusal("names '../../q', which lies outside of the set"),
    ),
    Case("a list, a DOS end of file", a_set(THING, change=listed("p0\r\n\x1a")), pixels, ONE),
    Case("a list, commas", a_set(THING, THING, change=listed("p0,\np1,\n")), pixels, TWO),
    Case("a list, of Python", a_set(THING, THING, change=listed("['p0', 'p1']")), pixels, TWO),
    Case("a mask as JPEG", a_set(THING, change=resaved("jpg")), pixels, Refusal("is a JPEG")),
    Case("a mask as WebP", a_set(THING, change=resaved("webp")), pixels, Refusal("is a lossy")),
    Case(
        "a mask as picture and as array",
        a_set(THING, change=lambda root: np.save(root / "SegmentationClass/p0.npy", THING)),
        pixels,
        Refusal("the mask of p0 could be p0.png and p0.npy in"),
    ),
    Case(
        "CVAT: Background after others, two names of void",
        a_set(THING, change=both(files(labelmap=TWO_VOIDS), rgb_of(CVAT_COLORS))),
        pixels,
        ONE,
    ),
    Case(
        "CVAT: an own list beside it",
        a_set(THING, change=both(beside(LABEL_MAP), rgb_of(CVAT_COLORS))),
        pixels,
        Refusal("labelmap.txt is passed over because of classes.txt"),
    ),
    Case(
        "two pictures of one name",
        a_set(THING, change=lambda root: Image.new("L", (9, 9)).save(root / "JPEGImages/p0.png")),
        pixels,
        Refusal("p0 could be p0.jpg and p0.png"),
    ),
]
