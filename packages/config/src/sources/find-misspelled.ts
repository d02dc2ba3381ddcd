import type { Field } from "../schema/field.ts";
import type { Layers } from "./layers.ts";

/**
 * Finds, by the name of the field, variables that are set and look like a misspelling. A field whose
 * variable is set (with the prefix, if there is one) has none.
 */
export function findMisspelled(fields: readonly Field[], layers: Layers): Map<string, string> {
  const known = new Set(fields.flatMap(({ variable }) => [variable, layers.fullName(variable)]));
  const names = layers.names();
  const strangers = [...names].filter((name) => !known.has(name));
  const found = new Map<string, string>();
  for (const field of fields) {
    const full = layers.fullName(field.variable);
    if (names.has(full)) continue;
    // The bare name is set: only the prefixed one can be misspelled.
    const wanted = names.has(field.variable) ? [full] : [field.variable, full];
    const near = strangers
      .flatMap((name) => wanted.map((other) => ({ name, distance: editDistance(name, other) })))
      .filter(({ name, distance }) => distance <= Math.min(2, name.length / 4))
      .toSorted((a, b) => a.distance - b.distance)[0];
    if (near !== undefined) found.set(field.name, near.name);
  }
  return found;
}

/**
 * The number of letters that are inserted, removed, replaced or swapped with a neighbor, ignoring case
 * (optimal string alignment). Packages count a swap, the most common slip in a name, as two.
 */
function editDistance(first: string, second: string): number {
  const a = first.toUpperCase();
  const b = second.toUpperCase();
  // Lengths that differ by more are too far apart already: no table for every variable of a shell.
  if (Math.abs(a.length - b.length) > 2) return Number.POSITIVE_INFINITY;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          (last[j] ?? 0) + 1,
          (row[j - 1] ?? 0) + 1,
          (last[j - 1] ?? 0) + same,
          swapped ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
