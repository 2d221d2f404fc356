"""zarr_python.py <folder> <folder on a disk> <repeats>: writes and reads the arrays, and reads those that we wrote."""
import json, os, shutil, sys, time
import numcodecs, numpy as np, zarr

folder, on_disk, repeats = sys.argv[1], sys.argv[2], int(sys.argv[3])
planes = np.fromfile(f"{folder}/planes.raw", "<u2").reshape(5, 1024, 1024)
compressors = {"none": None, "blosc-lz4": numcodecs.Blosc("lz4", 5, 1), "zstd": numcodecs.Zstd(1)}
# What we write has checksums always; Python's zarr has them where a filter adds them.
cases = [(codec, codec, []) for codec in compressors] + [("none, both with checksums", "none", [numcodecs.CRC32()])]
# One thread, as everything here.
numcodecs.blosc.set_nthreads(1)
times, sizes, agree = {}, {}, True


def write(path, compressor, filters=()):
    settings = {"shape": planes.shape, "chunks": (1, 1024, 1024), "dtype": "<u2"}
    array = zarr.open(path, mode="w", compressor=compressor, filters=list(filters) or None, **settings)
    array[:] = planes


def sync(path):
    for place, _, names in os.walk(path):
        for name in [os.path.join(place, n) for n in names] + [place]:
            handle = os.open(name, os.O_RDONLY)
            os.fsync(handle)
            os.close(handle)


def measure(act):
    started = time.perf_counter()
    given = act()
    return (time.perf_counter() - started) * 1e3, given


for name, codec, filters in cases:
    compressor = compressors[codec]
    path = f"{folder}/theirs-{codec}" if name == codec else f"{folder}/checked"
    written, read = [], []
    for _ in range(repeats):
        shutil.rmtree(path, ignore_errors=True)
        written.append(measure(lambda: write(path, compressor, filters))[0])
        ms, given = measure(lambda: zarr.open(path, mode="r")[:])
        read.append(ms)
        agree = agree and bool((given == planes).all())
    times[f"write {name}"], times[f"read {name}"] = float(np.median(written)), float(np.median(read))
    if name != codec:
        continue
    sizes[codec] = sum(os.path.getsize(f"{path}/{name}") for name in os.listdir(path) if name[0].isdigit())
    agree = agree and bool((zarr.open(f"{folder}/ours-{codec}", mode="r")[:] == planes).all())

synced = []
for _ in range(repeats):
    path = f"{on_disk}/theirs"
    shutil.rmtree(path, ignore_errors=True)
    synced.append(measure(lambda: (write(path, None), sync(path)))[0])
times["write none to disk, synced"] = float(np.median(synced))
versions = {"zarr": zarr.__version__, "numcodecs": numcodecs.__version__}
print(json.dumps({"times": times, "bytes": sizes, "agree": agree, "versions": versions}))
