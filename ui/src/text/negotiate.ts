// The words of the place Negotiate that do not come from Rust.

export const negotiateText = {
  place: 'Negotiate',
  empty: {
    title: 'What would it take?',
    body: 'With two offers in a case, this page shows the exact change that makes one equal to the other, and the questions its letter leaves open.',
    one: 'There is nothing to set against yet.',
    oneBody: 'Add a second offer or your current job, and this page shows what would make them equal.',
    toOffers: 'Go to offers',
  },
  choose: { offer: 'Offer to negotiate', before: 'negotiating with' },
  reservation: {
    behind: (name: string, total: string, other: string, otherTotal: string, span: string) =>
      `${other} counts as ${otherTotal} over ${span} and is the best you could take instead; ${name} stands at ${total}. The figure at which the two are equal is your reservation point: below it, on these assumptions, ${other} is worth more to you.`,
    ahead: (name: string, total: string, other: string, otherTotal: string, span: string) =>
      `${other} counts as ${otherTotal} over ${span} and is the best you could take instead; ${name} stands at ${total}. The figure at which the two are equal is your reservation point: above it, on these assumptions, ${name} is worth more to you.`,
  },
  horizon: 'the horizon',
  asks: {
    title: 'One change at a time that makes them equal',
    head: 'Lever',
    change: 'Change',
    detail: 'What that does',
    notReachable: 'not reachable',
    none: 'There is no other offer to be equal to.',
  },
  questions: {
    title: (n: number) => (n === 0 ? 'Questions to send' : n === 1 ? 'One question to send' : `${n} questions to send`),
    none: 'The letter leaves none of the terms open that this page knows of.',
    copy: 'Copy',
    copyOne: (question: string) => `Copy the question: ${question}`,
    copyAll: 'Copy all',
    copied: 'Copied',
    copiedOne: 'The question is copied.',
    copiedAll: (n: number) => (n === 1 ? 'One question is copied.' : `${n} questions are copied.`),
    failed: 'The clipboard could not be used. Select the text and copy it with the keyboard.',
    heading: (company: string) => `Questions about the offer from ${company}:`,
    headingOwn: 'Questions about my current job:',
  },
  palette: 'Copy all questions to send',
} as const;
