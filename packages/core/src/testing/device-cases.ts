import type { ArrayInfo, DType } from "@platewright/core";
import { check, checkEqual, checkFails, checkSameBits } from "./check.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { randomArray } from "./random-array.ts";
import { casesOf, type MemorySubject } from "./session.ts";

/** What a memory type promises about devices: a GPU type names those there are, a CPU type needs none. */
export function deviceCases(subject: MemorySubject): readonly ConformanceCase[] {
  const { type } = subject;
  const host = randomArray([2, 3], type.dtypes[0] as DType, 1);
  const of = casesOf(subject);
  const { devices } = type;
  if (type.processor === "cpu" || !devices) {
    return [
      of("takes no notice of a device", async (session) => {
        for (const device of ["webgpu:0", "nowhere:-1", undefined]) {
          const array = session.hold(await type.fromHost(host, { device }));
          checkSameBits(await session.readBack(array), host, `On ${device}`);
        }
      }),
    ];
  }
  return [
    of("its devices are described", async () => {
      for (const info of await devices.list()) {
        check(info.name !== "", `${info.id} has no name.`);
        check(
          ["hardware", "software"].includes(info.processor),
          `${info.id} is of the kind ${info.processor}.`,
        );
        check(info.budgetBytes > 0 && info.maxArrayBytes > 0, `${info.id} has no room.`);
      }
      checkEqual(await devices.remedy(), undefined, "What is to be remedied where there is a device");
    }),
    of(
      "a device that is absent, negative or missing is an error that lists those there are",
      async (session) => {
        const { device = "" } = session.optionsFor(type.name);
        for (const named of ["nowhere:0", "webgpu:-1", "-1", "", undefined]) {
          const take = async () => session.hold(await type.fromHost(host, { device: named }));
          await checkFails(`Taking an array to the device ${named}`, "device", take, [device]);
        }
        await checkFails("Leasing nowhere:0", "device", () => devices.lease("nowhere:0"), [device]);
      },
    ),
    of("an array names the device it lies on, and stays where it is moved to the same", async (session) => {
      const { device = "" } = session.optionsFor(type.name);
      const array = session.hold(await type.fromHost(host, { device }));
      const info: ArrayInfo = type.describe(array);
      checkEqual(info.device, device, "The device");
      if (!type.moveTo) return;
      const moved = await type.moveTo(array, device);
      if (moved !== array) session.hold(moved);
      checkSameBits(await session.readBack(moved), host, "The moved array");
      await checkFails("Moving to nowhere:0", "device", () => type.moveTo?.(array, "nowhere:0"), [device]);
    }),
  ];
}
