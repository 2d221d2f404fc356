"""Reads a zip of ImageJ .roi files by the byte table in ij/io/RoiDecoder.java, and prints them as JSON."""

import json
import struct
import sys
import zipfile

POLYGON, RECT, POINT = 0, 1, 10
SUB_PIXEL_RESOLUTION = 128


def read_roi(data):
    assert data[:4] == b"Iout"
    (version,) = struct.unpack_from(">h", data, 4)
    kind = data[6]
    top, left, bottom, right, count = struct.unpack_from(">hhhhH", data, 8)
    (options,) = struct.unpack_from(">h", data, 50)
    position, header2 = struct.unpack_from(">ii", data, 56)
    fine = bool(options & SUB_PIXEL_RESOLUTION) and version >= 222
    roi = {"type": kind, "bounds": [left, top, right - left, bottom - top], "position": position}
    if kind == RECT:
        if fine and version >= 223:
            roi["bounds"] = list(struct.unpack_from(">ffff", data, 18))
    else:
        xs = struct.unpack_from(f">{count}h", data, 64)
        ys = struct.unpack_from(f">{count}h", data, 64 + 2 * count)
        roi["points"] = [[x + left, y + top] for x, y in zip(xs, ys)]
        if fine:
            xs = struct.unpack_from(f">{count}f", data, 64 + 4 * count)
            ys = struct.unpack_from(f">{count}f", data, 64 + 8 * count)
            roi["fine"] = [list(point) for point in zip(xs, ys)]
    (z,) = struct.unpack_from(">i", data, header2 + 8)
    offset, length = struct.unpack_from(">ii", data, header2 + 16)
    roi["z"] = z
    roi["name"] = data[offset : offset + 2 * length].decode("utf-16-be")
    assert len(data) == offset + 2 * length
    return roi


with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None
    print(json.dumps([{"file": name, **read_roi(archive.read(name))} for name in archive.namelist()]))
