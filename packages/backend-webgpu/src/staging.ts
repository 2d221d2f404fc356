import type { GpuDevice } from "./gpu-device.ts";
import { guard } from "./guard.ts";
import { bufferUsage, mapModes } from "./webgpu-types.ts";

/** Bytes that pass to or from a device in one piece. */
export const chunkBytes: number = 8 * 2 ** 20;

/** At most so many chunks are on their way in each direction: what is moved costs no more host memory than these. */
const mostChunks = 4;

/** Lends the buffers through which bytes pass between the host and one device, of `chunkBytes` each. */
export interface Staging {
  /** A chunk of its own for the caller, who waits while all are on their way: mapped already, for "up". */
  lend(direction: "up" | "down"): Promise<GPUBuffer>;
  /** Takes a chunk back. One for "up" is unmapped, and its copy submitted. */
  giveBack(direction: "up" | "down", chunk: GPUBuffer): void;
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

interface Lane {
  readonly usage: number;
  readonly idle: GPUBuffer[];
  readonly waiting: (() => void)[];
  made: number;
}

function createStaging(gpu: GpuDevice): Staging {
  const createLane = (usage: number): Lane => ({ usage, idle: [], waiting: [], made: 0 });
  const lanes = {
    up: createLane(bufferUsage.mapWrite | bufferUsage.copySource),
    down: createLane(bufferUsage.mapRead | bufferUsage.copyTarget),
  };

  const create = async (lane: Lane, mappedAtCreation: boolean): Promise<GPUBuffer> => {
    lane.made++;
    try {
      return await guard(
        gpu,
        "Staging",
        () => gpu.device.createBuffer({ size: chunkBytes, usage: lane.usage, mappedAtCreation }),
        chunkBytes,
      );
    } catch (thrown) {
      lose(lane);
      throw thrown;
    }
  };
  const lose = (lane: Lane): void => {
    lane.made--;
    lane.waiting.shift()?.();
  };
  const keep = (lane: Lane, chunk: GPUBuffer): void => {
    lane.idle.push(chunk);
    lane.waiting.shift()?.();
  };

  return {
    async lend(direction) {
      const lane = lanes[direction];
      for (;;) {
        const ready = lane.idle.pop();
        if (ready) return ready;
        if (lane.made < mostChunks) return create(lane, direction === "up");
        await new Promise<void>((resolve) => lane.waiting.push(resolve));
      }
    },
    giveBack(direction, chunk) {
      const lane = lanes[direction];
      // Mapped still: nothing was sent with it.
      if (direction === "down" || chunk.mapState === "mapped") return keep(lane, chunk);
      // It can be written again when the device has read it.
      chunk.mapAsync(mapModes.write).then(
        () => keep(lane, chunk),
        () => {
          chunk.destroy();
          lose(lane);
        },
      );
    },
    trim() {
      for (const lane of Object.values(lanes)) {
        for (const chunk of lane.idle.splice(0)) {
          chunk.destroy();
          lose(lane);
        }
      }
    },
  };
}
