import type { GpuDevice } from "./gpu-device.ts";
import { guard } from "./guard.ts";
import { bufferUsage } from "./webgpu-types.ts";

/** Bytes that come back from a device in one piece. */
export const chunkBytes: number = 8 * 2 ** 20;

/** At most so many chunks are on their way: what is read costs no more memory than these besides where it goes. */
const mostChunks = 4;

/** Lends the buffers through which bytes come back from one device, of `chunkBytes` each. */
export interface Staging {
  /** A chunk of its own for the caller, who waits while all are on their way. */
  lend(): Promise<GPUBuffer>;
  /** Takes a chunk back, unmapped. */
  giveBack(chunk: GPUBuffer): void;
  /** Destroys the chunks that lie ready. */
  trim(): void;
}

const stagings = new WeakMap<GpuDevice, Staging>();

/** The staging of a device; made when first asked for. */
export function stagingOf(gpu: GpuDevice): Staging {
  const known = stagings.get(gpu) ?? createStaging(gpu);
  stagings.set(gpu, known);
  return known;
}

function createStaging(gpu: GpuDevice): Staging {
  const idle: GPUBuffer[] = [];
  const waiting: (() => void)[] = [];
  let made = 0;
  const letOneIn = () => waiting.shift()?.();
  const lose = (): void => {
    made--;
    letOneIn();
  };
  const create = async (): Promise<GPUBuffer> => {
    made++;
    const usage = bufferUsage.mapRead | bufferUsage.copyTarget;
    try {
      return await guard(
        gpu,
        "Staging",
        () => gpu.device.createBuffer({ size: chunkBytes, usage }),
        chunkBytes,
      );
    } catch (thrown) {
      lose();
      throw thrown;
    }
  };

  return {
    async lend() {
      for (;;) {
        const ready = idle.pop();
        if (ready) return ready;
        if (made < mostChunks) return create();
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
    giveBack(chunk) {
      idle.push(chunk);
      letOneIn();
    },
    trim() {
      for (const chunk of idle.splice(0)) {
        chunk.destroy();
        lose();
      }
    },
  };
}
