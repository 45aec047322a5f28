// The words of the place Sources & checks that do not come from Rust.

export const sourcesText = {
  place: 'Sources & checks',
  headline: {
    all: 'All ',
    some: (passed: number, all: number) => `${passed} of ${all}`,
    checks: (n: number) => (n === 1 ? '1 worked example' : `${n} worked examples`),
    pass: ' agree with their published or hand-worked answers.',
    somePass: ' worked examples agree with their published or hand-worked answers.',
    failed: (n: number) => (n === 1 ? '1 does not; it stands first below.' : `${n} do not; they stand first below.`),
    summary: 'They are run in this app each time this page is opened. Each catalogue has its date and its source.',
  },
  tabs: { label: 'Sources and checks', checks: 'Worked examples', catalogues: 'Catalogues', about: 'About' },
  checks: {
    caption: 'Worked examples with the expected answer and the app’s answer',
    head: 'Example',
    expected: 'Expected',
    answer: 'Answer',
    result: 'Result',
    pass: 'pass',
    fail: 'fail',
    source: 'Where the expected answer comes from',
  },
  catalogues: {
    caption: 'Catalogues in use',
    head: 'Catalogue',
    entries: 'Entries',
    asOf: 'As of',
    source: 'Source',
  },
  about: {
    library: 'Your library',
    libraryNote: 'One file on this computer. Nothing in it is sent anywhere.',
    copyPath: 'Copy the path',
    copied: 'Copied',
    version: 'Version',
    licence: 'Licence',
    licenceName: 'MIT or Apache 2.0, as you choose',
    unknown: 'not known, as the library could not be opened',
    notAdvice: 'Not legal, tax or financial advice.',
  },
} as const;
