"""Addresses of cameras."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.vision.uri import CameraUri, Fault, Scheme, UriError, parse

CAMERA = "/dev/v4l/by-id/usb-046d_C920_1234-video-index0"


@pytest.mark.parametrize(
    ("uri", "meant"),
    [
        (f"v4l2:{CAMERA}", CameraUri(Scheme.V4L2, CAMERA, 1280, 720, 30.0)),
        (f"v4l2:{CAMERA}?width=1920&height=1080&fps=15", CameraUri(Scheme.V4L2, CAMERA, 1920, 1080, 15.0)),
        ("file:/a film.avi?fps=12", CameraUri(Scheme.FILE, "/a film.avi", fps=12.0)),
        ("file:/film.avi", CameraUri(Scheme.FILE, "/film.avi")),
        ("dir:/pictures", CameraUri(Scheme.FOLDER, "/pictures", fps=10.0)),
        ("mjpeg:/run/face.sock", CameraUri(Scheme.MJPEG, "/run/face.sock")),
        ("fault:frozen:mjpeg:/run/face.sock", CameraUri(Scheme.MJPEG, "/run/face.sock", fault=Fault.FROZEN)),
        ("fault:slow:dir:/p?fps=5", CameraUri(Scheme.FOLDER, "/p", fps=5.0, fault=Fault.SLOW)),
    ],
)
def test_what_an_address_means(uri: str, meant: CameraUri) -> None:
    assert parse(uri) == meant


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "0",
        "v4l2:0",
        "v4l2:video0",
        "v4l2:/dev/video0?fps=0",
        "v4l2:/dev/video0?fps=61",
        "v4l2:/dev/video0?fps=٣",
        "v4l2:/dev/video0?width=99999",
        "v4l2:/dev/video0?width=1e3",
        "v4l2:/dev/video0?colour=red",
        "file:relative.avi",
        "file:/a\0b",
        "mjpeg:/s.sock?fps=3",
        "http://camera/stream",
        "fault:melted:dir:/p",
        "fault:black",
        "fault:black:fault:frozen:dir:/p",
    ],
)
def test_what_is_no_address(uri: str) -> None:
    with pytest.raises(UriError, match=r"expected|whole number"):
        parse(uri)


@given(st.text())
def test_any_text_is_an_address_or_an_error(text: str) -> None:
    with contextlib.suppress(UriError):
        assert parse(f"fault:drop:{text}").fault is Fault.DROP
