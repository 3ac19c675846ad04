"""The client's language: pages, documents and mails, put into it at their edge.

Inside, the product speaks English: calculations return sentences, frozen documents keep
them, and a hash is a hash of them. What a client reads in another language is that same
text, translated sentence by sentence from a gettext catalogue (`vi.po`), with numbers
and dates as her language writes them. So no number can differ between languages.

A sentence that the catalogue lacks stays English and is counted as missed; a test shows
every client page and finds none. `translate="no"` marks what people typed.
"""

from __future__ import annotations

from .catalogue import LANGUAGES, Language, language_of
from .pages import page_in
from .sentences import sentence_in

__all__ = ["LANGUAGES", "Language", "language_of", "page_in", "sentence_in"]
