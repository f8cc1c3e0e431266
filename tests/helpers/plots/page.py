"""What a plot displays, taken apart."""

import base64
import io
from html.parser import HTMLParser
from typing import Any

import matplotlib.image


class Page(HTMLParser):
    """Collects the picture's attributes and the visible text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.image: dict[str, Any] = {}
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "img":
            self.image = dict(attrs)

    def handle_data(self, data: str) -> None:
        self.text += data

    def read_pixels(self) -> Any:
        return matplotlib.image.imread(io.BytesIO(base64.b64decode(self.image["src"].partition(",")[2])))
