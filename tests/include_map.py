#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks every #include of ours against the map in docs/ARCHITECTURE.md: a folder includes only
folders that it may, and a third-party header appears only in the folder that owns it."""

import pathlib
import re
import sys

# The checkout; another tree may be given as the argument.
ROOT = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent).resolve()

# What each folder may include besides itself.
LOW = {"base", "media", "metrics", "crypto"}
TRANSPORT = LOW | {"transport/wire"}
CODEC_SIDE = {"base", "media", "metrics", "codecs", "hwaccel", "hwaccel/choice", "mcu/scene"}
MAY = {
    "base": set(),
    "metrics": {"base"},
    "crypto": {"base"},
    "media": {"base"},
    "transport/wire": {"base", "media"},
    "transport/udp": TRANSPORT,
    "transport/ice": TRANSPORT | {"transport/udp"},
    "transport/dtls": TRANSPORT | {"transport/srtp"},
    "transport/srtp": TRANSPORT,
    "transport/rx": TRANSPORT,
    "transport/tx": TRANSPORT,
    "transport/cc": TRANSPORT,
    "transport/session": TRANSPORT | {"transport/" + x for x in "udp ice dtls srtp rx tx cc".split()},
    "codecs": {"base", "media", "metrics"},
    "hwaccel/choice": {"base"},
    "hwaccel": {"base", "media", "metrics", "codecs", "hwaccel/choice"},
    "mcu/scene": {"base", "media"},
    "mcu/room": {"base", "media", "mcu/scene"},
    "mcu/link": {"base", "media", "mcu/scene"},
    "mcu/video": CODEC_SIDE,
    "mcu/audio": CODEC_SIDE,
    "mcu/ladder": CODEC_SIDE,
    "mcu/mixer": CODEC_SIDE | {"mcu/link", "mcu/video", "mcu/audio", "mcu/ladder"},
    "api": LOW | {"hwaccel/choice", "mcu/room", "mcu/scene", "transport/session"},
}
ALL = set(MAY) | {"api", "server", "cli"}
MAY["server"] = ALL
MAY["cli"] = ALL
MAY["bench"] = ALL | {"tests/support"}
MAY["tests"] = ALL

# Third-party headers, by prefix, and who may include them.
OWNERS = [
    (r"sodium", {"crypto"}),
    (r"openssl/(ssl|err|bio|dtls|srtp)", {"crypto", "transport/dtls", "api"}),
    (r"openssl/", {"crypto", "transport/dtls", "api"}),
    (r"(lib)?(avcodec|avformat|avutil|swscale|swresample)", {"codecs", "hwaccel", "cli"}),
    (r"libswscale|libavformat", {"cli"}),
    (r"libyuv", {"hwaccel", "codecs"}),
    (r"vpx/", {"codecs"}),
    (r"x264", {"codecs"}),
    (r"opus", {"codecs"}),
    (r"va/", {"hwaccel"}),
    (r"vpl/", {"hwaccel"}),
    (r"(pango|cairo)", {"mcu/video"}),
    (r"(grpc|boost/(asio|beast))", {"api"}),
    (r"boost/json", {"api", "cli", "crypto", "hwaccel/choice"}),
    (r"prometheus/", {"metrics"}),
    (r"spdlog", {"base"}),
    (r"toml", {"server"}),
    (r"sqlite3", {"server"}),
    (r"CLI/", {"server", "cli"}),
    (r"curl/", {"cli"}),
    (r"srtp2/", set()),
]

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def folder_of(path: str, folders) -> str | None:
    """The longest folder of the map that `path` lies in."""
    parts = path.split("/")[:-1]
    for n in range(len(parts), 0, -1):
        if "/".join(parts[:n]) in folders:
            return "/".join(parts[:n])
    return None


def check(file: pathlib.Path) -> list[str]:
    here = folder_of(file.relative_to(ROOT).as_posix(), MAY)
    if here is None:
        return []
    errors = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        name = match.group(2)
        where = f"{file.relative_to(ROOT)}:{number}"
        there = folder_of(name, set(MAY) | {"tests/support"})
        if there is not None and (ROOT / name).parent.exists():
            if there != here and there not in MAY[here] and not (here in ("tests", "bench")):
                errors.append(f"{where}: {here}/ may not include {there}/ ({name})")
            continue
        if here in ("tests", "bench"):
            continue
        for prefix, owners in OWNERS:
            if re.match(prefix, name) and match.group(1) == "<":
                if here not in owners:
                    errors.append(f"{where}: <{name}> belongs to {', '.join(sorted(owners)) or 'tests'}")
                break
    return errors


def main() -> int:
    files = [p for folder in MAY for p in (ROOT / folder).rglob("*") if p.suffix in (".h", ".cc")]
    files = sorted(set(files))
    errors = [error for file in files for error in check(file)]
    print("\n".join(errors) if errors else f"{len(files)} files keep to the include map")
    return 1 if errors or not files else 0


if __name__ == "__main__":
    sys.exit(main())
