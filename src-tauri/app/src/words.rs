//! Results in words: the sentences that screen and command line share.

use crate::wire::{Segment, Sentence};

/// A sentence in which `**…**` is stressed: `**Fjord** is worth more.`
///
/// Names and figures come in as arguments of `format!`, and may hold stars of their own only singly.
pub(crate) fn sentence(text: &str) -> Sentence {
    let segments = text
        .split("**")
        .enumerate()
        .filter(|(_, piece)| !piece.is_empty())
        .map(|(i, piece)| Segment { text: piece.to_owned(), strong: i % 2 == 1 })
        .collect();
    Sentence { segments }
}

/// A name as it may stand inside a sentence: pairs of stars would be read as stress.
pub(crate) fn name(name: &str) -> String {
    let mut name = name.replace("**", "*");
    if name.chars().count() > 40 {
        name = name.chars().take(39).collect();
        name.push('…');
    }
    name
}

impl Sentence {
    /// The words alone.
    pub fn plain(&self) -> String {
        self.segments.iter().map(|s| s.text.as_str()).collect()
    }
}
