//! Reading a path against a tree.

use crate::limits::MAX_VALUE_DEPTH;

use super::{Found, JsonPath, MAX_VISITED, PathError, Selector, Step, Tree};

/// Counts the values that were visited, and those that were found.
#[derive(Debug)]
pub(super) struct Visits {
    values: usize,
    found: usize,
    most_found: usize,
}

impl Visits {
    fn count(&mut self, values: usize) -> Result<(), PathError> {
        self.values += values;
        if self.values > MAX_VISITED { Err(PathError::TooMuch) } else { Ok(()) }
    }

    pub(super) fn test(&mut self) -> Result<(), PathError> {
        self.count(1)
    }
}

/// What takes a value that was found; false where no more are wanted.
type Take<'t, T> = &'t mut dyn FnMut(T) -> bool;

pub(super) fn find<T: Tree, U>(
    path: &JsonPath,
    root: &T,
    most: usize,
    keep: impl Fn(T) -> U,
) -> Result<Found<U>, PathError> {
    let visits = &mut Visits { values: 0, found: 0, most_found: most };
    let Some((start, rest)) = start(path, root, root, visits)? else { return Ok(Found::Nothing) };
    if path.counts {
        if rest.is_empty() {
            return Ok(start.size().map_or(Found::Nothing, Found::Count));
        }
        let mut count = 0;
        let mut each = |_| {
            count += 1;
            true
        };
        Walk { root, visits, take: &mut each }.from(rest, &start)?;
        return Ok(Found::Count(count));
    }
    if rest.is_empty() {
        return Ok(Found::One(keep(start)));
    }
    let mut all = Vec::new();
    let mut each = |node| {
        all.push(keep(node));
        true
    };
    Walk { root, visits, take: &mut each }.from(rest, &start)?;
    Ok(Found::Many(all, visits.values))
}

/// The first that an operand of a filter leads to, or how many there are.
pub(super) fn first<T: Tree>(
    path: &JsonPath,
    from: &T,
    root: &T,
    visits: &mut Visits,
) -> Result<Found<T>, PathError> {
    let Some((start, rest)) = start(path, from, root, visits)? else { return Ok(Found::Nothing) };
    let (mut first, mut count) = (None, 0);
    if rest.is_empty() {
        return Ok(if path.counts {
            start.size().map_or(Found::Nothing, Found::Count)
        } else {
            Found::One(start)
        });
    }
    let mut each = |node| {
        count += 1;
        first.get_or_insert(node);
        path.counts
    };
    Walk { root, visits, take: &mut each }.from(rest, &start)?;
    Ok(if path.counts { Found::Count(count) } else { first.map_or(Found::Nothing, Found::One) })
}

/// Goes as far as a path leads to one value; none where that is not there. A list is of what may be there; what must be
/// there and is not, is nothing.
fn start<'p, T: Tree>(
    path: &'p JsonPath,
    from: &T,
    root: &T,
    visits: &mut Visits,
) -> Result<Option<(T, &'p [Step])>, PathError> {
    let mut node = from.clone();
    let mut rest = path.steps.as_slice();
    while let Some((step, after)) = rest.split_first().filter(|(step, _)| step.is_definite()) {
        let mut next = None;
        let mut each = |found| {
            next = Some(found);
            true
        };
        Walk { root, visits, take: &mut each }.select(&step.selector, &node, &[])?;
        let Some(next) = next else { return Ok(None) };
        (node, rest) = (next, after);
    }
    Ok(Some((node, rest)))
}

struct Walk<'w, T: Tree> {
    root: &'w T,
    visits: &'w mut Visits,
    take: Take<'w, T>,
}

/// Whether to go on.
type Outcome = Result<bool, PathError>;

impl<T: Tree> Walk<'_, T> {
    /// Follows the steps from a node, in the order in which their values are written.
    fn from(&mut self, steps: &[Step], node: &T) -> Outcome {
        let Some((step, after)) = steps.split_first() else {
            self.visits.found += 1;
            if self.visits.found > self.visits.most_found {
                return Err(PathError::TooMuch);
            }
            return Ok((self.take)(node.clone()));
        };
        self.step(step, node, after, 0)
    }

    fn step(&mut self, step: &Step, node: &T, after: &[Step], depth: usize) -> Outcome {
        let mut goes_on = self.select(&step.selector, node, after)?;
        if step.deep {
            if depth > MAX_VALUE_DEPTH {
                return Err(PathError::TooMuch);
            }
            for child in node.children() {
                goes_on = goes_on && self.step(step, &child, after, depth + 1)?;
            }
        }
        Ok(goes_on)
    }

    fn each(&mut self, nodes: impl Iterator<Item = T>, after: &[Step]) -> Outcome {
        for node in nodes {
            self.visits.count(1)?;
            if !self.from(after, &node)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn select(&mut self, selector: &Selector, node: &T, after: &[Step]) -> Outcome {
        self.visits.count(1)?;
        match selector {
            Selector::Names(names) => self.each(names.iter().filter_map(|name| node.member(name)), after),
            Selector::Indexes(indexes) => {
                let Some(length) = node.length() else { return Ok(true) };
                let places = indexes.iter().filter_map(|index| place(*index, length));
                self.each(places.filter_map(|place| node.item(place)), after)
            }
            Selector::Slice(first, last) => {
                let Some(length) = node.length() else { return Ok(true) };
                let bound = |index: i64| {
                    let from_end = usize::try_from(index.unsigned_abs()).unwrap_or(usize::MAX);
                    if index < 0 { length.saturating_sub(from_end) } else { from_end.min(length) }
                };
                let (first, last) = (first.map_or(0, bound), last.map_or(length, bound));
                self.each(node.children().take(last).skip(first), after)
            }
            Selector::All => self.each(node.children(), after),
            // A filter on an object asks about the object itself.
            Selector::Filter(filter) if node.length().is_none() => {
                let holds = node.size().is_some() && filter.holds(node, self.root, self.visits)?;
                self.each(holds.then(|| node.clone()).into_iter(), after)
            }
            Selector::Filter(filter) => {
                for child in node.children() {
                    if filter.holds(&child, self.root, self.visits)? && !self.from(after, &child)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
        }
    }
}

fn place(index: i64, length: usize) -> Option<usize> {
    let distance = usize::try_from(index.unsigned_abs()).ok()?;
    if index < 0 { length.checked_sub(distance) } else { Some(distance) }
}
