import { messageOf } from "@platewright/core";

/** A backend of TensorFlow.js, and whether it can be had here. */
export interface TfjsBackendInfo {
  /** What `tf.setBackend` calls it. */
  readonly name: "tensorflow" | "webgpu" | "wasm" | "cpu";
  /** The package that brings it. */
  readonly package: string;
  readonly processor: "cpu" | "gpu";
  readonly isThere: boolean;
  /** Where it is not there: why not, and how to get it. */
  readonly remedy?: string;
}

const download =
  "Its installation downloads the TensorFlow library from storage.googleapis.com, which fails behind a firewall and on many cluster nodes; @tensorflow/tfjs-backend-wasm needs no download.";

const candidates = [
  {
    name: "tensorflow",
    package: "@tensorflow/tfjs-node-gpu",
    processor: "gpu",
    note: `It needs Node, an NVIDIA card, CUDA and cuDNN. ${download}`,
  },
  {
    name: "webgpu",
    package: "@tensorflow/tfjs-backend-webgpu",
    processor: "gpu",
    note: "It runs on the devices of @platewright/backend-webgpu: see tfjsOnWebgpu.",
  },
  {
    name: "tensorflow",
    package: "@tensorflow/tfjs-node",
    processor: "cpu",
    note: `It needs Node. ${download}`,
  },
  { name: "wasm", package: "@tensorflow/tfjs-backend-wasm", processor: "cpu", note: "" },
  {
    name: "cpu",
    package: "@tensorflow/tfjs-backend-cpu",
    processor: "cpu",
    note: "The slowest; it needs nothing.",
  },
] as const;

/**
 * The backends of TensorFlow.js, the fastest first, each with whether it can be loaded here and else what to do. It loads
 * them to find out, and with that registers them with TensorFlow.js: call it to inform, not in the middle of a run.
 */
export async function listTfjsBackends(): Promise<readonly TfjsBackendInfo[]> {
  const found: TfjsBackendInfo[] = [];
  for (const { note, ...backend } of candidates) {
    const problem = await tryLoading(backend.package);
    found.push(
      problem === undefined
        ? { ...backend, isThere: true }
        : { ...backend, isThere: false, remedy: remedyFor(backend.package, problem, note) },
    );
  }
  return found;
}

/** Why a package can't be loaded; `undefined` where it can. */
async function tryLoading(name: string): Promise<string | undefined> {
  try {
    await import(/* @vite-ignore */ name); // not a literal, so that a page's bundler does not look for it
    return undefined;
  } catch (thrown) {
    return messageOf(thrown).split("\n")[0] ?? "";
  }
}

function remedyFor(name: string, problem: string, note: string): string {
  return `${name} could not be loaded (${problem}). Install it: npm install ${name}. ${note}`.trim();
}
