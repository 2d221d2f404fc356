/** A sentence of the library's in the words of the command line: where it names a setting, the flag that sets it. */
export function inFlags(sentence: string): string {
  return sentence.replace('missing: "skip"', "--missing skip");
}
