"""Static files, as a server keeps them: hashed, compressed, each one that is named."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile

from config.staticfiles import HashedFiles


@pytest.fixture
def storage(tmp_path) -> HashedFiles:
    return HashedFiles(location=tmp_path, base_url="/static/")


def test_a_file_is_kept_under_a_name_of_its_content_and_gzipped(storage, tmp_path):
    storage.save("a.css", ContentFile("p { color: #123; }\n" * 50))

    list(storage.post_process({"a.css": (storage, "a.css")}))

    assert [path.suffix for path in sorted(tmp_path.glob("a.*.css*"))] == [
        ".css",
        ".gz",
    ]
    assert not list(tmp_path.glob("*.br"))


def test_a_style_that_names_a_missing_file_is_refused(storage):
    storage.save("a.css", ContentFile("p { background: url(missing.png); }"))

    results = [
        done for _, _, done in storage.post_process({"a.css": (storage, "a.css")})
    ]

    assert any(isinstance(done, Exception) for done in results)
