"""What the plate peers share: finding files, reading, percentiles, Otsu, writing, and memory."""
import csv, glob, json, os, re, resource, sys
from concurrent.futures import ProcessPoolExecutor
import multiprocessing
import numpy as np
import tifffile

NAME = re.compile(r"([A-Z]\d+)_s(\d+)_w(\d+)_z(\d+)_t1\.tif$")
MIN_AREA = 30


def index(plate):
    """(well, site) -> channel -> files by z."""
    sites = {}
    for path in sorted(glob.glob(os.path.join(plate, "TimePoint_1", "*.tif"))):
        well, site, channel, z = NAME.search(path).groups()
        sites.setdefault((well, int(site)), {}).setdefault(int(channel), {})[int(z)] = path
    return {key: {c: [zs[z] for z in sorted(zs)] for c, zs in sorted(cs.items())} for key, cs in sites.items()}


def load(files):
    """A stack [Z, Y, X]; the files are uncompressed, so their pixels are mapped and copied once."""
    stack = None
    for z, path in enumerate(files):
        image = tifffile.memmap(path, mode="r")
        if stack is None:
            stack = np.empty((len(files),) + image.shape, image.dtype)
        stack[z] = image
    return stack


def percentile_of(counts, n, q):
    """numpy's "linear" percentile out of a histogram, exact."""
    below = np.cumsum(counts)
    rank = q / 100 * (n - 1)
    i = int(rank)
    low = int(np.searchsorted(below, i, "right"))
    high = int(np.searchsorted(below, min(i + 1, n - 1), "right"))
    return low + (high - low) * (rank - i)


def stretch_table(counts, n, low=1, high=99):
    """The lookup table of a percentile stretch to the whole of uint16."""
    a, b = percentile_of(counts, n, low), percentile_of(counts, n, high)
    levels = np.arange(65536, dtype=np.float64)
    return ((np.clip(levels, a, b) - a) * 65535 / (b - a)).astype(np.uint16)


def otsu(image):
    """The threshold of scikit-image's threshold_otsu for integers: one bin a grey level."""
    counts = np.bincount(image.ravel())
    first = int(np.flatnonzero(counts)[0])
    counts = counts[first:].astype(np.float64)
    levels = np.arange(first, first + counts.size)
    below, above = np.cumsum(counts), np.cumsum(counts[::-1])[::-1]
    mean_below = np.cumsum(counts * levels) / below
    mean_above = (np.cumsum((counts * levels)[::-1]) / above[::-1])[::-1]
    return levels[np.argmax(below[:-1] * above[1:] * (mean_below[:-1] - mean_above[1:]) ** 2)]


def keep_large(labels, area):
    """Drops small regions and numbers the rest from 1. `area` counts the background first."""
    keep = area >= MIN_AREA
    keep[0] = False
    renumber = np.zeros(len(area), np.uint16)
    renumber[keep] = np.arange(1, keep.sum() + 1)
    return renumber[labels], keep


def write_site(out, key, projections, composite, labels, table):
    well, site = key
    for channel, image in projections.items():
        tifffile.imwrite(f"{out}/{well}_s{site}_w{channel}_projection.tif", image, metadata=None)
    tifffile.imwrite(f"{out}/{well}_s{site}_composite.tif", composite, metadata=None)
    tifffile.imwrite(f"{out}/{well}_s{site}_labels.tif", labels, metadata=None)
    with open(f"{out}/{well}_s{site}_cells.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["label", "area", "y", "x", "mean_intensity"])
        writer.writerows((i + 1, *row) for i, row in enumerate(zip(*table)))


def peak_memory():
    """Bytes resident at most: Linux's own mark of this program alone, else ru_maxrss."""
    try:
        with open("/proc/self/status") as file:
            return int(re.search(r"VmHWM:\s+(\d+) kB", file.read())[1]) * 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def cpu_milliseconds():
    used = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return sum(use.ru_utime + use.ru_stime for use in used) * 1000


def measured(job):
    do_site, key, channels, out = job
    return key, do_site(key, channels, out), os.getpid(), peak_memory()


def main(do_site, versions):
    plate, out, workers = sys.argv[1], sys.argv[2], int(sys.argv[3])
    os.makedirs(out, exist_ok=True)
    jobs = [(do_site, key, channels, out) for key, channels in index(plate).items()]
    if workers == 1:
        done = [measured(job) for job in jobs]
    else:
        with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("fork")) as pool:
            done = list(pool.map(measured, jobs))
    peaks = {}
    for _, _, pid, peak in done:
        peaks[pid] = max(peaks.get(pid, 0), peak)
    with open(f"{out}/counts.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["well", "site", "count"])
        writer.writerows((*key, count) for key, count, _, _ in done)
    print(json.dumps({"peakBytes": sum(peaks.values()), "cpuMs": cpu_milliseconds(), "versions": {
        "python": sys.version.split()[0], "numpy": np.__version__, "tifffile": tifffile.__version__, **versions}}))
