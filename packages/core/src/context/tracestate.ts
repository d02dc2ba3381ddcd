/** The limits of the W3C recommendation "Trace Context". */
const maxLength = 512;
const maxMembers = 32;
/** Longer members are removed first if a state is too long. */
const longMember = 128;

const printable = /^[\t\x20-\x7e]*$/;

/**
 * Cuts a `tracestate` to the size that every hop must pass on: 512 characters and 32 members. Members are
 * removed whole, as the recommendation demands: first those of more than 128 characters, then the last ones,
 * which are the oldest. A state with characters that no header can carry is dropped.
 *
 * A state comes from outside and only helps to find a trace: no call and no event may fail because of it.
 *
 * @param state The header's value.
 * @returns `undefined` if nothing is left.
 */
export function limitTracestate(state: string | undefined): string | undefined {
  if (typeof state !== "string" || !printable.test(state)) return undefined;
  let members = state.split(",", maxMembers + 1).map((member) => member.trim());
  if (state.length <= maxLength && members.length <= maxMembers) {
    return members.every((member) => member === "") ? undefined : state;
  }
  members = members.slice(0, maxMembers).filter((member) => member !== "");
  let length = members.reduce((sum, member) => sum + member.length + 1, -1);
  const remove = (isMeant: (member: string) => boolean): void => {
    for (let index = members.length - 1; index >= 0 && length > maxLength; index -= 1) {
      const member = members[index] ?? "";
      if (!isMeant(member)) continue;
      members.splice(index, 1);
      length -= member.length + 1;
    }
  };
  remove((member) => member.length > longMember);
  remove(() => true);
  return members.length === 0 ? undefined : members.join(",");
}
