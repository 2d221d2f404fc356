import { createHostArray, type DType, type HostArray, sliceOf } from "@platewright/core";
import { bytesIn, check, checkEqual, checkFails, checkSameBits } from "./check.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { randomArray } from "./random-array.ts";
import { casesOf, type MemorySubject, type Session } from "./session.ts";

/** What stacking and unstacking promise: order, every bit, and sentences that name the slice that does not fit. */
export function stackCases(subject: MemorySubject): readonly ConformanceCase[] {
  const { type } = subject;
  const of = casesOf(subject);
  const stack = async (session: Session, slices: readonly unknown[]): Promise<unknown> =>
    session.hold(await session.registry.stack(slices, type.name, session.optionsFor(type.name)));
  const unstack = async (session: Session, array: unknown): Promise<readonly unknown[]> =>
    (await session.registry.unstack(array)).map((slice) => session.hold(slice));
  const dtype = type.dtypes[0] as DType;

  return [
    of("three slices of 4 × 5 are a stack, in order, and come apart again", async (session) => {
      for (const dtype of type.dtypes) {
        const hosts = [1, 2, 3].map((seed) => randomArray([4, 5], dtype, seed));
        const slices = await Promise.all(hosts.map((host) => session.take(host)));
        const made = await stack(session, slices);
        checkSameBits(await session.readBack(made), joined(hosts), `The stack of ${dtype}`);
        const apart = await unstack(session, made);
        checkEqual(apart.length, 3, "The number of slices");
        for (const [z, slice] of apart.entries()) {
          checkEqual(session.registry.typeOf(slice), type.name, "The memory type of a slice");
          checkSameBits(await session.readBack(slice), hosts[z] as HostArray, `Slice ${z} of ${dtype}`);
        }
      }
    }),
    of("slices of odd sizes are stacked anew in any order", async (session) => {
      for (const dtype of type.dtypes) {
        const host = randomArray([5, 3, 3], dtype, 4);
        const slices = await unstack(session, await session.take(host));
        for (const order of [[1, 2, 3], [4, 2, 0], [3, 3], [0], [2, 3, 1, 0, 4]]) {
          const made = await stack(
            session,
            order.map((z) => slices[z]),
          );
          const expected = joined(order.map((z) => sliceOf(host, z)));
          checkSameBits(await session.readBack(made), expected, `Slices ${order.join(", ")} of ${dtype}`);
        }
      }
    }),
    of("stacking and unstacking leave their input alone", async (session) => {
      const host = randomArray([3, 3, 5], dtype, 5);
      const whole = await session.take(host);
      const slices = await unstack(session, whole);
      await stack(session, [...slices].reverse());
      checkSameBits(await session.readBack(whole), host, "The first stack");
    }),
    of("no slices are no stack", (session) =>
      checkFails("Stacking nothing", "array", () => stack(session, []), ["empty"]),
    ),
    of("a slice that is not 2-D is named with its shape", async (session) => {
      const slices = await Promise.all(
        [[2, 3], [2, 3], [6]].map((shape) => session.take(randomArray(shape, dtype, 1))),
      );
      await checkFails("Stacking a row", "array", () => stack(session, slices), ["2", "(6)"]);
    }),
    of("slices of two shapes are refused, naming both", async (session) => {
      const slices = [
        await session.take(randomArray([2, 3], dtype, 1)),
        await session.take(randomArray([3, 2], dtype, 1)),
      ];
      const words = ["1", "(3, 2)", "(2, 3)"];
      await checkFails("Stacking two shapes", "array", () => stack(session, slices), words);
    }),
    of("slices of two dtypes are refused, naming both", async (session) => {
      const other = type.dtypes[1];
      if (other === undefined) return;
      const slices = [
        await session.take(randomArray([2, 3], dtype, 1)),
        await session.take(randomArray([2, 3], other, 1)),
      ];
      await checkFails("Stacking two dtypes", "dtype", () => stack(session, slices), ["1", dtype, other]);
    }),
    of("what is no stack does not come apart", async (session) => {
      for (const shape of [
        [2, 3],
        [2, 2, 2, 2],
      ]) {
        const array = await session.take(randomArray(shape, dtype, 1));
        const words = [`(${shape.join(", ")})`];
        await checkFails(`Unstacking (${shape.join(", ")})`, "array", () => unstack(session, array), words);
      }
    }),
  ];
}

function joined(slices: readonly HostArray[]): HostArray {
  const { shape, dtype } = slices[0] as HostArray;
  const stack = createHostArray([slices.length, ...shape], dtype);
  let at = 0;
  for (const slice of slices) {
    bytesIn(stack).set(bytesIn(slice), at);
    at += slice.data.byteLength;
  }
  check(at === stack.data.byteLength, "The slices have several shapes.");
  return stack;
}
