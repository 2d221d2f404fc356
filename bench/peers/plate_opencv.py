"""plate_opencv.py <plate> <out> <workers>: the plate's work with OpenCV, one thread a process."""
import cv2
import numpy as np
from plate_common import keep_large, load, main, otsu, stretch_table, write_site

cv2.setNumThreads(1)
SQUARE = cv2.getStructuringElement(cv2.MORPH_RECT, (101, 101))


def project(files):
    stack = load(files)
    counts = cv2.calcHist([stack.reshape(-1, stack.shape[-1])], [0], None, [65536], [0, 65536])
    table = stretch_table(counts.ravel().astype(np.int64), stack.size)
    projection = None
    for image in table[stack]:
        image = cv2.morphologyEx(image, cv2.MORPH_TOPHAT, SQUARE)
        image = cv2.GaussianBlur(image, (17, 17), 2, borderType=cv2.BORDER_REFLECT)
        projection = image if projection is None else cv2.max(projection, image, projection)
    return projection


def do_site(key, channels, out):
    projections = {channel: project(files) for channel, files in channels.items()}
    first, second = projections.values()
    composite = ((first.astype(np.uint32) + second) >> 1).astype(np.uint16)
    mask = (composite > otsu(composite)).view(np.uint8)
    found, labels, stats, centroids = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_32S)
    area = stats[:, cv2.CC_STAT_AREA]
    mean = np.bincount(labels.ravel(), weights=composite.ravel(), minlength=found) / np.maximum(area, 1)
    labels, keep = keep_large(labels, area)
    table = area[keep], centroids[keep, 1], centroids[keep, 0], mean[keep]
    write_site(out, key, projections, composite, labels, table)
    return int(keep.sum())


if __name__ == "__main__":
    main(do_site, {"opencv": cv2.__version__})
