/** The command line says something that can't be meant: exit code 2, and a sentence that says what would be right. */
export class UsageError extends Error {
  override readonly name: string = "UsageError";
  readonly code: "usage" = "usage";
}
