import type { Plan, PlannedChoice } from "../plan/plan.ts";

/** Why a call runs in the memory type it does: what the others would have added, and what could not be taken. */
export function choiceLines(
  plan: Pick<Plan, "choices">,
  step: number,
  chain: string,
  call: number,
): readonly string[] {
  const choice = plan.choices.find((one) => one.step === step && one.chain === chain && one.call === call);
  return choice ? [`            chosen: ${choiceText(choice)}`] : [];
}

function choiceText({ chosen, others, excluded }: PlannedChoice): string {
  const dearer = others.map(
    ({ memoryType, addedNanoseconds }) => `${memoryType} would add ${timeText(addedNanoseconds)} a well`,
  );
  const out = excluded.map(({ memoryType, reason }) => `not ${memoryType} (${reason})`);
  return [`${chosen}${dearer.length > 0 ? `, ${dearer.join(", ")}` : ""}`, ...out].join("; ");
}

/** Predicted time for people: 3.2 ms. */
function timeText(nanoseconds: number): string {
  if (nanoseconds < 1) return "nothing";
  const units = ["ns", "µs", "ms", "s"];
  let time = nanoseconds;
  let unit = 0;
  for (; time >= 1000 && unit < units.length - 1; unit++) time /= 1000;
  return `${time < 10 ? time.toPrecision(2) : Math.round(time)} ${units[unit]}`;
}
