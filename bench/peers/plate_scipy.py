"""plate_scipy.py <plate> <out> <workers>: the plate's work with scipy, its filters taken apart by axis."""
import numpy as np
import scipy
from scipy import ndimage as ndi
from plate_common import keep_large, load, main, otsu, stretch_table, write_site


def tophat(image, side=101):
    eroded = ndi.minimum_filter1d(ndi.minimum_filter1d(image, side, axis=0), side, axis=1)
    opened = ndi.maximum_filter1d(ndi.maximum_filter1d(eroded, side, axis=0), side, axis=1)
    return image - np.minimum(opened, image)


def project(files):
    stack = load(files)
    table = stretch_table(np.bincount(stack.ravel(), minlength=65536), stack.size)
    projection = None
    for image in table[stack]:
        image = tophat(image)
        image = np.rint(ndi.gaussian_filter(image.astype(np.float32), 2)).astype(np.uint16)
        projection = image if projection is None else np.maximum(projection, image, out=projection)
    return projection


def do_site(key, channels, out):
    projections = {channel: project(files) for channel, files in channels.items()}
    first, second = projections.values()
    composite = ((first.astype(np.uint32) + second) >> 1).astype(np.uint16)
    labels, found = ndi.label(composite > otsu(composite), structure=np.ones((3, 3)))
    flat = labels.ravel()
    area = np.bincount(flat, minlength=found + 1)
    mean = np.bincount(flat, weights=composite.ravel(), minlength=found + 1) / np.maximum(area, 1)
    y, x = np.nonzero(labels)
    at = labels[y, x]
    y = np.bincount(at, weights=y, minlength=found + 1) / np.maximum(area, 1)
    x = np.bincount(at, weights=x, minlength=found + 1) / np.maximum(area, 1)
    labels, keep = keep_large(labels, area)
    write_site(out, key, projections, composite, labels, (area[keep], y[keep], x[keep], mean[keep]))
    return int(keep.sum())


if __name__ == "__main__":
    main(do_site, {"scipy": scipy.__version__})
