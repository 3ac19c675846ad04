"""What the public form asks, in plain words, and the choices that it offers."""

from __future__ import annotations

from dataclasses import dataclass

Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something a model may have to do: its name, one line about it, its picture."""

    key: str
    name: str
    note: str
    picture: str
    decides: str


TASKS = (
    Task(
        key="classification",
        name="Sort images",
        note="one answer an image",
        picture="tags",
        decides="Is it there, and of which kind is the image?",
    ),
    Task(
        key="object_detection",
        name="Find objects",
        note="where and how many",
        picture="boxes",
        decides="Where are they, and how many?",
    ),
    Task(
        key="instance_segmentation",
        name="Outline objects",
        note="exact shape of each",
        picture="outlines",
        decides="Which shape has each, and what area?",
    ),
    Task(
        key="semantic_segmentation",
        name="Colour every pixel",
        note="full scene, by kind",
        picture="masks",
        decides="What is ground, sky, wall, everywhere in the image?",
    ),
    Task(
        key="pose",
        name="Follow a pose",
        note="joints and landmarks",
        picture="keypoints",
        decides="How is the body held?",
    ),
    Task(
        key="tracking",
        name="Track through video",
        note="the same object, frame by frame",
        picture="tracks",
        decides="Which way does each one go?",
    ),
)
METHODS = {
    "image_tag": ("Tags", "tags"),
    "bounding_box": ("Boxes", "boxes"),
    "video_box": ("Boxes that follow", "tracks"),
    "polygon": ("Outlines", "outlines"),
    "instance_mask": ("Object masks", "outlines"),
    "semantic_mask": ("Full-scene masks", "masks"),
    "keypoint": ("Keypoints", "keypoints"),
}
"""The name of each method and the picture that shows it."""
SAYS = {
    "image_tag": "Says what is in an image, never where or how many.",
    "bounding_box": "Enough to find, count and track. Gives up the exact shape.",
    "video_box": "A box follows its object from frame to frame.",
    "polygon": "Adds the exact shape, corner by corner.",
    "instance_mask": "Adds the shape pixel by pixel, holes included.",
    "semantic_mask": "Every pixel has a kind. Neighbours of one kind are one.",
    "keypoint": "Marks joints and landmarks, nothing around them.",
}
UNITS = {
    "image_tag": ("tag", "tags"),
    "bounding_box": ("box", "boxes"),
    "video_box": ("box", "boxes"),
    "polygon": ("outline", "outlines"),
    "instance_mask": ("object", "objects"),
    "semantic_mask": ("image", "images"),
    "keypoint": ("point", "points"),
}
"""What a page calls one unit of a method, and several."""

ACCURACIES: Choices = (("0.95", "95"), ("0.98", "98"), ("0.99", "99"))
DONT_KNOW = "I don't know"
WORDS: dict[str, Choices] = {
    "complexity": (
        ("simple", "Few objects, large and clear"),
        ("standard", "Everyday scenes"),
        ("hard", "Small, crowded or unclear"),
        ("expert", "Only an expert can tell"),
    ),
    "occlusion": (
        ("none", "Never hidden"),
        ("now_and_then", "Partly hidden now and then"),
        ("often", "Often partly hidden"),
    ),
    "domain": (
        ("general", "Everyday subjects"),
        ("geo", "Maps, aerial or satellite"),
        ("medical", "Medical"),
    ),
    "resolution": (
        ("normal", "About 2 megapixels"),
        ("high", "Up to about 8 megapixels"),
        ("very_high", "Larger than that"),
    ),
}
ASSUMED = {
    "complexity": "Everyday scenes",
    "occlusion": "Objects are partly hidden now and then",
    "domain": "Everyday subjects",
    "density": "Images are neither empty nor crowded",
    "resolution": "Images are about 2 megapixels",
}
"""What an answer that nobody gave is taken to be, by what the card calls it."""
PARTS = {
    "Complexity: simple": "Simple scenes",
    "Complexity: standard": "Everyday scenes",
    "Complexity: hard": "Hard scenes",
    "Complexity: expert": "Scenes for experts",
    "Occlusion: now and then": "Partly hidden objects",
    "Occlusion: often": "Objects often hidden",
    "Domain: geo": "Aerial images",
    "Domain: medical": "Medical images",
    "Resolution: high": "Large images",
    "Resolution: very high": "Very large images",
    "Density: crowded": "Crowded images",
    "Accuracy promised": "Accuracy promised",
    "Site": "Work in that country",
}
"""What the parts of a price are called on the page."""
COUNTRIES: Choices = (
    ("", "Anywhere"),
    ("vn", "Vietnam"),
    ("us", "The United States"),
    ("eu", "The European Union"),
    ("uk", "The United Kingdom"),
    ("other", "Another country"),
)
CALENDARS = {"us": "United States", "vn": "Vietnam"}


def one_of(type_: str) -> str:
    """Return one unit of a method with its article: a box, an outline."""
    one = UNITS[type_][0]
    return f"{'an' if one[0] in 'aeiou' else 'a'} {one}"
