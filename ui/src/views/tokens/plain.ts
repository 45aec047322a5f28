// An entry of the case as a plain decimal, for a slider. The entry itself stays as the person typed it.

/** The entry as a plain decimal; `usual` when it is blank or cannot be read as one number here. */
export function plain(entry: string, usual: string): string {
  const bare = entry
    .trim()
    .replace('\u2212', '-')
    .replace(/[\s%+\u00a0\u202f]/g, '')
    .replace(/^(-?\d{1,3})((?:,\d{3})+)(\.\d+)?$/, (_, head: string, groups: string, rest = '') => head + groups.replaceAll(',', '') + rest);
  return /^-?\d+(\.\d+)?$/.test(bare) ? bare : usual;
}
