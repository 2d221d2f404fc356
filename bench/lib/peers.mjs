// Which of the libraries that we are compared with are here.
import { findPython } from "../../scripts/setup/python.mjs";

// name → the Python modules it needs
export const libraries = {
  opencv: ["numpy", "cv2", "tifffile"],
  scipy: ["numpy", "scipy", "tifffile"],
  "scikit-image": ["numpy", "skimage"],
};

// For each of the named libraries the Python that has it; those that no Python has are absent.
export function findPeers(names) {
  const found = names.map((name) => ({ name, python: findPython(...libraries[name]) }));
  return {
    present: found.filter(({ python }) => python !== undefined),
    absent: found.filter(({ python }) => python === undefined).map(({ name }) => name),
  };
}
