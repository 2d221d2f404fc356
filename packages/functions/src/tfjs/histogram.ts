import { computeTensor, dtypeOfTensor, readTensor } from "@platewright/backend-tfjs";
import type * as Tf from "@tensorflow/tfjs-core";
import { sliceAt } from "./images.ts";
import { tf } from "./tf.ts";

/** How many grey levels an image has that is counted level by level; `undefined` for one that is not. */
export function levelsOf(image: Tf.Tensor): number | undefined {
  const dtype = dtypeOfTensor(image);
  if (dtype === "uint8") return 256;
  return dtype === "uint16" ? 65536 : undefined;
}

/** An image cut into parts of equal size along its slices, each a row: [parts, 1, pixels]. Only within a computation. */
export function partsOf(image: Tf.Tensor, parts: number): Tf.Tensor3D {
  return tf.reshape(image, [parts, 1, image.size / parts]);
}

/** How often each grey level occurs in each part of an image; what is counted is read back, not the pixels. */
export async function countLevels(
  image: Tf.Tensor,
  parts: number,
  levels: number,
): Promise<readonly Uint32Array[]> {
  const counts = await computeTensor(tf, image, () => {
    const rows = partsOf(image, parts);
    const unweighted = tf.tensor1d([], "float32");
    return tf.stack(
      Array.from({ length: parts }, (_, part) =>
        tf.bincount(tf.reshape(sliceAt(rows, part), [-1]), unweighted, levels),
      ),
    );
  });
  try {
    const values = Uint32Array.from(await readTensor(tf, counts));
    return Array.from({ length: parts }, (_, part) => values.subarray(part * levels, (part + 1) * levels));
  } finally {
    counts.dispose();
  }
}
