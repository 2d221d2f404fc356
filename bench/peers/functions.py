"""functions.py <library> <folder> <repeats>: times each function of one library on <folder>/stack.npy."""
import json, statistics, sys, time
import numpy as np
from plate_common import keep_large, otsu, stretch_table

library, folder, repeats = sys.argv[1], sys.argv[2], int(sys.argv[3])
stack = np.load(f"{folder}/stack.npy")
image = stack[0].copy()
clean = np.load(f"{folder}/clean.npy")
first, second = stack[0], stack[1]
singles = stack.astype(np.float32) / 4
single = singles[0].copy()


def disk(radius):
    y, x = np.mgrid[-radius:radius + 1, -radius:radius + 1]
    return (y * y + x * x <= radius * radius).astype(np.uint8)


def composite():
    return ((first.astype(np.uint32) + second) >> 1).astype(np.uint16)


def normalise_singles():
    low, high = np.percentile(singles, (1, 99))
    return (np.clip(singles, low, high) - low) / (high - low)


def opencv():
    import cv2
    cv2.setNumThreads(1)
    square = cv2.getStructuringElement(cv2.MORPH_RECT, (101, 101))
    round_element = disk(50)

    def normalise():
        counts = cv2.calcHist([stack.reshape(-1, stack.shape[-1])], [0], None, [65536], [0, 65536])
        return stretch_table(counts.ravel().astype(np.int64), stack.size)[stack]

    def project(planes):
        out = planes[0].copy()
        for plane in planes[1:]:
            cv2.max(out, plane, out)
        return out

    def segment():
        mask = (clean > otsu(clean)).view(np.uint8)
        found, labels, stats, centroids = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_32S)
        area = stats[:, cv2.CC_STAT_AREA]
        np.bincount(labels.ravel(), weights=clean.ravel(), minlength=found) / np.maximum(area, 1)
        return keep_large(labels, area)[0]

    return cv2.__version__, {
        "normalise 1-99, stack of 5": normalise,
        "top-hat square 101": lambda: cv2.morphologyEx(image, cv2.MORPH_TOPHAT, square),
        "top-hat disk 50": lambda: cv2.morphologyEx(image, cv2.MORPH_TOPHAT, round_element),
        "gaussian sigma 2": lambda: cv2.GaussianBlur(image, (17, 17), 2, borderType=cv2.BORDER_REFLECT),
        "max projection, stack of 5": lambda: project(stack),
        "composite of 2": composite,
        "threshold": lambda: clean > 300,
        "Otsu's mask": lambda: clean > otsu(clean),
        "Otsu, label, table": segment,
        "float32, top-hat square 101": lambda: cv2.morphologyEx(single, cv2.MORPH_TOPHAT, square),
        "float32, top-hat disk 50": lambda: cv2.morphologyEx(single, cv2.MORPH_TOPHAT, round_element),
        "float32, gaussian sigma 2": lambda: cv2.GaussianBlur(single, (17, 17), 2, borderType=cv2.BORDER_REFLECT),
        "float32, max projection, stack of 5": lambda: project(singles),
    }


def scipy():
    import scipy
    from plate_scipy import tophat
    from scipy import ndimage as ndi

    def segment():
        labels, found = ndi.label(clean > otsu(clean), structure=np.ones((3, 3)))
        area = np.bincount(labels.ravel(), minlength=found + 1)
        ndi.center_of_mass(clean > 0, labels, np.arange(1, found + 1))
        np.bincount(labels.ravel(), weights=clean.ravel(), minlength=found + 1) / np.maximum(area, 1)
        return keep_large(labels, area)[0]

    return scipy.__version__, {
        "normalise 1-99, stack of 5": lambda: stretch_table(np.bincount(stack.ravel(), minlength=65536), stack.size)[stack],
        "top-hat square 101": lambda: tophat(image),
        "gaussian sigma 2": lambda: np.rint(ndi.gaussian_filter(image.astype(np.float32), 2)).astype(np.uint16),
        "max projection, stack of 5": lambda: np.max(stack, axis=0),
        "mean projection, stack of 5": lambda: np.rint(np.mean(stack, axis=0)).astype(np.uint16),
        "composite of 2": composite,
        "threshold": lambda: clean > 300,
        "Otsu's mask": lambda: clean > otsu(clean),
        "Otsu, label, table": segment,
        "float32, normalise 1-99, stack of 5": normalise_singles,
        "float32, top-hat square 101": lambda: tophat(single),
        "float32, gaussian sigma 2": lambda: ndi.gaussian_filter(single, 2),
        "float32, max projection, stack of 5": lambda: np.max(singles, axis=0),
        "float32, mean projection, stack of 5": lambda: np.mean(singles, axis=0),
        "float32, threshold": lambda: single > 120.5,
    }


def scikit_image():
    import skimage
    from skimage import filters, measure

    def normalise():
        low, high = np.percentile(stack, (1, 99))
        return ((np.clip(stack, low, high) - low) * 65535 / (high - low)).astype(np.uint16)

    def segment():
        labels = measure.label(clean > filters.threshold_otsu(clean), connectivity=2)
        table = measure.regionprops_table(labels, clean, properties=("area", "centroid", "mean_intensity"))
        return keep_large(labels, np.concatenate([[0], table["area"]]))[0]

    # Its top-hats of this size take many seconds an image, so that they are left out.
    return skimage.__version__, {
        "normalise 1-99, stack of 5": normalise,
        "gaussian sigma 2": lambda: np.rint(filters.gaussian(image, 2, preserve_range=True, mode="reflect")).astype(np.uint16),
        "max projection, stack of 5": lambda: np.max(stack, axis=0),
        "Otsu's mask": lambda: clean > filters.threshold_otsu(clean),
        "Otsu, label, table": segment,
        "float32, normalise 1-99, stack of 5": normalise_singles,
        "float32, Otsu's mask": lambda: single > filters.threshold_otsu(single),
    }


version, functions = {"opencv": opencv, "scipy": scipy, "scikit-image": scikit_image}[library]()
times = {}
for name, call in functions.items():
    result = call()
    measured = []
    for _ in range(repeats):
        started = time.perf_counter()
        result = call()
        measured.append((time.perf_counter() - started) * 1e3)
    times[name] = statistics.median(measured)
    np.save(f"{folder}/{library}-{name.replace(' ', '_').replace(',', '')}.npy", result)
print(json.dumps({"times": times, "versions": {"numpy": np.__version__, library: version}}))
