/** Whether JSON keeps the value as it is; fields that are `undefined` may be left out. */
export function isPlain(value: unknown): boolean {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isPlain);
  if (typeof value !== "object") return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  const parts: readonly unknown[] = Object.values(value);
  return (
    (prototype === Object.prototype || prototype === null) &&
    parts.every((part) => part === undefined || isPlain(part))
  );
}
