// What the form must know of vesting terms in the Open Cap Format: which events they wait for. Rust reads the rest.
// https://open-cap-table-coalition.github.io/Open-Cap-Format-OCF/schema_markdown/schema/objects/VestingTerms/

/** Ids of the conditions that an event fulfils, in order; none when the text is no such object. */
export function eventsOf(terms: string): string[] {
  let read: unknown;
  try {
    read = JSON.parse(terms);
  } catch {
    return [];
  }
  const conditions = field(read, 'vesting_conditions');
  if (!Array.isArray(conditions)) return [];
  const ids = conditions
    .filter((condition) => field(field(condition, 'trigger'), 'type') === 'VESTING_EVENT')
    .map((condition) => field(condition, 'id'));
  return [...new Set(ids.filter((id) => typeof id === 'string'))];
}

const field = (of: unknown, name: string): unknown =>
  typeof of === 'object' && of !== null && Object.hasOwn(of, name) ? (of as Record<string, unknown>)[name] : undefined;
