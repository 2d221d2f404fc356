import { functionKey } from "../../compile/plan/identity.ts";
import { type PlannedCall, plannedSlices } from "../../compile/plan/plan.ts";
import { isPlatewrightError, messageOf, PlatewrightError, throwIfAborted } from "../../errors.ts";
import { bytesOf, type HostArray } from "../../memory/host-array.ts";
import { hostPool } from "../../memory/host-pool.ts";
import type { DeviceId } from "../../memory/memory-type.ts";
import { type Contract, contractOf } from "../../pipeline/contract.ts";
import { type CallResult, type CallScope, callFunction } from "./call-function.ts";
import type { WellDevices } from "./device-leases.ts";
import { isOutOfMemory } from "./out-of-memory.ts";
import { cutSpan, lengthOf, readTile, type Span, type Tile, widen, writeTile } from "./tiles.ts";

/** A rung of the ladder by which a call goes on after memory ran out. */
export type Rung =
  | "release-pools"
  | "spill"
  | "split-slices"
  | "split-tiles"
  | "other-device"
  | "cpu-variant";

/** A stack with a hold on it; a conversion puts another in its place. */
export interface HeldStack {
  stack: unknown;
}

/** What recovering needs besides what a call needs. */
export interface RecoveryScope extends CallScope {
  readonly devices: WellDevices;
  /** Brings a stack to the memory type that a call takes. */
  readonly convertFor: (call: PlannedCall, stack: unknown, device: DeviceId | undefined) => Promise<unknown>;
  /** Brings the stacks that wait for later units from devices to the host; tells how many. */
  readonly spill: () => Promise<number>;
  readonly onRung: (call: PlannedCall, rung: Rung, detail: string) => void;
}

/**
 * Converts a stack for a call and calls it. When memory runs out it goes down a ladder: release pools and try again →
 * bring to the host what waits for later units → split the stack into slices or tiles where the contract allows → another device → the function's CPU variant where
 * the plan allows → an "out-of-memory" error with the sizes. The result is the same on every rung. The caller keeps its
 * hold, on whatever is in the stack's place then, and gets one on the result, which is on the host where parts were joined.
 */
export async function callRecovering(
  call: PlannedCall,
  held: HeldStack,
  artifacts: Readonly<Record<string, unknown>>,
  scope: RecoveryScope,
): Promise<CallResult> {
  const target = { call, artifacts, device: scope.devices.deviceOf(call.input) };
  const isGone = target.device === undefined && scope.memory.get(call.input).processor === "gpu";
  let failure: unknown = isGone ? noDevice(call) : undefined;
  for await (const { rung, detail, run } of isGone
    ? twinAttempts(target, held, scope)
    : attemptsFor(target, held, scope)) {
    throwIfAborted(scope.signal);
    if (rung) scope.onRung(call, rung, detail);
    try {
      return await run();
    } catch (thrown) {
      if (!isOutOfMemory(thrown)) throw thrown;
      failure = thrown;
    }
  }
  throw exhausted(call, held.stack, failure, scope);
}

/** What is called, with what beside the stack, and on which device. */
interface Target {
  readonly call: PlannedCall;
  readonly artifacts: Readonly<Record<string, unknown>>;
  readonly device: DeviceId | undefined;
}

interface Attempt {
  readonly rung?: Rung;
  readonly detail: string;
  readonly run: () => Promise<CallResult>;
}

/** The rungs of the ladder in order; each is only made when the one before has failed. */
async function* attemptsFor(target: Target, held: HeldStack, scope: RecoveryScope): AsyncGenerator<Attempt> {
  const run = () => callWhole(target, held, scope);
  yield { detail: "", run };
  if (contractFor(target.call, scope)?.oomRecovery === false) return;
  scope.devices.trim();
  hostPool.clear();
  yield { rung: "release-pools", detail: "released what lay ready", run };
  const spilled = target.device === undefined ? 0 : await scope.spill();
  if (spilled > 0) yield { rung: "spill", detail: `brought ${spilled} waiting stacks to the host`, run };
  yield* splits(target, held, scope);
  const device = await scope.devices.other(target.call.input);
  if (device !== undefined) {
    // An array that lies on the full device already would be called there again.
    await moveToHost(held, scope);
    const other = { ...target, device };
    yield { rung: "other-device", detail: `on ${device}`, run: () => callWhole(other, held, scope) };
    yield* splits(other, held, scope);
  }
  yield* twinAttempts(target, held, scope);
}

async function* twinAttempts(target: Target, held: HeldStack, scope: RecoveryScope): AsyncGenerator<Attempt> {
  const { cpuTwin } = target.call;
  if (cpuTwin === undefined) return;
  const call: PlannedCall = { ...target.call, input: cpuTwin, output: cpuTwin };
  const twin = { ...target, call, device: undefined };
  yield { rung: "cpu-variant", detail: `on ${cpuTwin}`, run: () => callWhole(twin, held, scope) };
}

async function callWhole(
  { call, artifacts, device }: Target,
  held: HeldStack,
  scope: RecoveryScope,
): Promise<CallResult> {
  exchange(held, await scope.convertFor(call, held.stack, device), scope);
  return callFunction(call, held.stack, artifacts, scope);
}

/** Puts another stack in the place of the held one, which goes. */
function exchange(held: HeldStack, next: unknown, { ledger }: RecoveryScope): void {
  if (next === held.stack) return;
  ledger.hold(next);
  ledger.drop(held.stack);
  held.stack = next;
}

/** Brings the held stack to the host, so that it takes no room on a device. */
async function moveToHost(held: HeldStack, scope: RecoveryScope): Promise<HostArray> {
  const host = await scope.memory.convert(held.stack, "host", { signal: scope.signal });
  exchange(held, host, scope);
  return host;
}

/** Ever smaller parts: fewer slices first, then tiles with a halo. */
async function* splits(target: Target, held: HeldStack, scope: RecoveryScope): AsyncGenerator<Attempt> {
  const { call } = target;
  const contract = contractFor(call, scope);
  if (!contract || call.artifacts.length > 0 || call.gives.length > 0) return;
  const [depth = 0, height = 0, width = 0] = scope.memory.describe(held.stack).shape;
  const inTiles = (z: readonly Span[], parts: number): readonly Tile[] =>
    z.flatMap((z) => cutSpan(height, parts).flatMap((y) => cutSpan(width, parts).map((x) => ({ z, y, x }))));
  const attempt = (rung: Rung, tiles: readonly Tile[], halo: number, what: string): Attempt => ({
    rung,
    detail: `in ${tiles.length} ${what}`,
    run: () => callInParts(target, held, tiles, halo, scope),
  });
  const bySlices = contract.slicewise && call.slices === "same";
  if (bySlices)
    for (let parts = 2; parts < depth * 2; parts *= 2)
      yield attempt("split-slices", inTiles(cutSpan(depth, parts), 1), 0, "parts");
  const halo = haloOf(contract, call);
  if (halo === undefined) return;
  const least = Math.max(16, halo);
  for (let parts = 2; Math.max(height, width) / parts >= least; parts *= 2) {
    const tiles = inTiles(cutSpan(depth, bySlices ? depth : 1), parts);
    yield attempt("split-tiles", tiles, halo, `tiles with a halo of ${halo}`);
  }
}

/** Calls a function on parts of a stack, one after the other, and joins what comes back on the host. */
async function callInParts(
  target: Target,
  held: HeldStack,
  tiles: readonly Tile[],
  halo: number,
  scope: RecoveryScope,
): Promise<CallResult> {
  const { ledger, signal } = scope;
  const host = await moveToHost(held, scope);
  const [depth = 0, height = 0, width = 0] = host.shape;
  let joined: HostArray | undefined;
  try {
    for (const kept of tiles) {
      throwIfAborted(signal);
      const read = { z: kept.z, y: widen(kept.y, halo, height), x: widen(kept.x, halo, width) };
      const back = await callOnTile(target, readTile(host, read), scope);
      try {
        const [, tall = 0, wide = 0] = back.shape;
        // Whole slices may come back in another size, if they all do.
        const isWhole = lengthOf(kept.y) === height && lengthOf(kept.x) === width;
        if (!joined) {
          const size = isWhole ? [tall, wide] : [height, width];
          joined = hostPool.allocate([plannedSlices(target.call.slices, depth), ...size], back.dtype);
          ledger.hold(joined);
        }
        const [, high = 0, broad = 0] = isWhole ? joined.shape : [0, lengthOf(read.y), lengthOf(read.x)];
        if (tall !== high || wide !== broad || back.dtype !== joined.dtype)
          throw unfit(back, `${high} × ${broad}`, joined);
        const whole = { z: kept.z, y: { from: 0, to: tall }, x: { from: 0, to: wide } };
        writeTile(joined, back, isWhole ? whole : read, isWhole ? whole : kept);
      } finally {
        ledger.drop(back);
      }
    }
    return { stack: joined, artifacts: {} };
  } catch (thrown) {
    if (joined) ledger.drop(joined);
    throw thrown;
  }
}

function unfit({ shape, dtype }: HostArray, size: string, joined: HostArray): PlatewrightError {
  return new PlatewrightError(
    "array",
    `It gave ${shape[1]} × ${shape[2]} for a part of ${size}, in ${dtype} after ${joined.dtype}: its parts make no whole. Set oomRecovery: false in its contract.`,
    { shape, dtype },
  );
}

/** What a function makes of one tile, on the host; the caller has a hold on it. */
async function callOnTile(target: Target, tile: HostArray, scope: RecoveryScope): Promise<HostArray> {
  const { ledger } = scope;
  const part: HeldStack = { stack: tile };
  ledger.hold(tile);
  try {
    const result: HeldStack = { stack: (await callWhole(target, part, scope)).stack };
    try {
      return await moveToHost(result, scope);
    } catch (thrown) {
      ledger.drop(result.stack);
      throw thrown;
    }
  } finally {
    ledger.drop(part.stack);
  }
}

function contractFor(call: PlannedCall, { functions }: RecoveryScope): Contract | undefined {
  return contractOf(functions.get(functionKey(call)));
}

function haloOf({ halo }: Contract, call: PlannedCall): number | undefined {
  if (typeof halo !== "function") return halo;
  const pixels = (halo as (params: unknown) => number)(call.params);
  return Number.isFinite(pixels) ? Math.ceil(pixels) : undefined;
}

function noDevice(call: PlannedCall): PlatewrightError {
  return new PlatewrightError(
    "device-lost",
    `There is no device left for ${call.input}, and the plan names no CPU variant. Set cpuFallback: true where the function has one.`,
  );
}

/** The error when every rung has failed: what was held and asked for. */
function exhausted(call: PlannedCall, stack: unknown, failure: unknown, scope: RecoveryScope): unknown {
  if (!isOutOfMemory(failure)) return failure;
  const { shape, dtype } = scope.memory.describe(stack);
  const size = bytesOf(shape, dtype);
  const behind = isPlatewrightError(failure) ? failure.details : {};
  return new PlatewrightError(
    "out-of-memory",
    `No memory for a stack of ${shape.join(" × ")} ${dtype} (${size} bytes), also after releasing pools${contractFor(call, scope)?.oomRecovery === false ? "" : " and in every smaller part its contract allows"}: ${messageOf(failure)}`,
    { ...behind, shape, dtype, stackBytes: size, cause: failure },
  );
}
