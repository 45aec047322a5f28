//! What no single condition shows: cycles, conditions that never come, and paths that vest more than the grant.

use super::super::fraction::Fraction;
use super::super::terms::{Amount, Condition, Terms, Trigger};
use super::{MOST_LINKS, Reader, shown};
use counterweight_domain::Path;

impl Reader<'_> {
    /// Reports what no single condition shows: cycles, a condition relative to one that never comes before it, and
    /// paths that vest more than the grant.
    pub(super) fn graph(&mut self, terms: &Terms, path: &Path) {
        let conditions = &terms.conditions;
        if conditions.iter().map(|c| c.next.len()).sum::<usize>() > MOST_LINKS {
            self.error(
                path,
                "vestingTerms.links",
                "The conditions lead to one another too often.",
                format!("Give at most {MOST_LINKS} next conditions in all."),
            );
            return;
        }
        let Some(order) = in_order(conditions) else {
            let behind = behind_cycle(conditions);
            self.cycle(&path.join(behind).join("next_condition_ids"), &conditions[behind].id);
            return;
        };
        for (i, condition) in conditions.iter().enumerate() {
            let Trigger::Relative { to, .. } = condition.trigger else { continue };
            if to == i || !reaches(conditions, to, i) {
                self.error(
                    &path.join(i).join("trigger").join("relative_to_condition_id"),
                    "vestingTerms.notBefore",
                    format!("“{}” never comes before this condition.", shown(&conditions[to].id)),
                    "Name a condition that leads to this one.",
                );
            }
        }
        self.sums(conditions, &order, path);
    }

    /// Reports conditions by which more than the grant has vested on some path, whatever events come. A condition
    /// that can be left early counts for its first occurrence only.
    fn sums(&mut self, conditions: &[Condition], order: &[usize], path: &Path) {
        let mut before = vec![Fraction::ZERO; conditions.len()];
        for &i in order {
            let condition = &conditions[i];
            let (first, all) = match condition.trigger {
                Trigger::Relative { period, .. } => (period.cliff, period.occurrences),
                _ => (1, 1),
            };
            let part = match condition.vests {
                Amount::Quantity(_) => Some(Fraction::ZERO),
                Amount::Portion(part) => Some(part),
                Amount::Remainder(part) => Fraction::ONE.less(before[i]).and_then(|left| part.times(left)),
            };
            // What is too fine to add here is refused when the schedule is made.
            let Some(part) = part else { continue };
            let up_to = |times| part.repeated(times).and_then(|sum| before[i].plus(sum));
            let (Some(at_first), Some(at_end)) = (up_to(first), up_to(all)) else { continue };
            if at_end > Fraction::ONE && (condition.next.is_empty() || at_first > Fraction::ONE) {
                self.exceeds(&path.join(i).join("portion"));
                return;
            }
            for &next in &condition.next {
                let done = matches!(conditions[next].trigger, Trigger::Relative { to, .. } if to == i);
                before[next] = before[next].max(if done { at_end } else { at_first });
            }
        }
    }
}

/// The conditions so that each comes before those it leads to; none when they turn back.
fn in_order(conditions: &[Condition]) -> Option<Vec<usize>> {
    let (order, waiting) = sorted(conditions);
    waiting.iter().all(|n| *n == 0).then_some(order)
}

/// The first condition that only a cycle leads to and that leads on into one.
fn behind_cycle(conditions: &[Condition]) -> usize {
    let (_, waiting) = sorted(conditions);
    (0..conditions.len()).find(|&i| waiting[i] > 0 && reaches(conditions, i, i)).unwrap_or(0)
}

/// Conditions in order as far as there is one, and for each how many leading to it are not in that order.
fn sorted(conditions: &[Condition]) -> (Vec<usize>, Vec<usize>) {
    let mut waiting = vec![0usize; conditions.len()];
    for &next in conditions.iter().flat_map(|c| &c.next) {
        waiting[next] += 1;
    }
    let mut order: Vec<usize> = (0..conditions.len()).filter(|&i| waiting[i] == 0).collect();
    let mut done = 0;
    while let Some(&i) = order.get(done) {
        done += 1;
        for &next in &conditions[i].next {
            waiting[next] -= 1;
            if waiting[next] == 0 {
                order.push(next);
            }
        }
    }
    (order, waiting)
}

/// True when a path of at least one step leads from `from` to `to`.
fn reaches(conditions: &[Condition], from: usize, to: usize) -> bool {
    let mut seen = vec![false; conditions.len()];
    let mut open = conditions[from].next.clone();
    while let Some(i) = open.pop() {
        if i == to {
            return true;
        }
        if !std::mem::replace(&mut seen[i], true) {
            open.extend(&conditions[i].next);
        }
    }
    false
}
