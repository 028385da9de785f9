//! Reading a path against a tree.

use crate::limits::MAX_VALUE_DEPTH;

use super::{Found, JsonPath, MAX_VISITED, PathError, Selector, Step, Tree};

/// Counts the values that were visited.
#[derive(Debug, Default)]
pub(super) struct Visits(usize);

impl Visits {
    pub(super) fn count(&mut self, values: usize) -> Result<(), PathError> {
        self.0 += values;
        if self.0 > MAX_VISITED { Err(PathError::TooMuch) } else { Ok(()) }
    }
}

pub(super) fn find<T: Tree>(path: &JsonPath, root: &T) -> Result<Found<T>, PathError> {
    find_from(path, root, root, &mut Visits::default())
}

pub(super) fn find_from<T: Tree>(
    path: &JsonPath,
    from: &T,
    root: &T,
    visits: &mut Visits,
) -> Result<Found<T>, PathError> {
    let mut nodes = vec![from.clone()];
    let mut definite = true;
    for step in &path.steps {
        definite &= step.is_definite();
        let mut next = Vec::new();
        for node in &nodes {
            take(step, node, root, visits, 0, &mut next)?;
        }
        nodes = next;
        // A list is of what may be there; what must be there and is not, is nothing.
        if definite && nodes.is_empty() {
            return Ok(Found::Nothing);
        }
    }
    if path.counts {
        return Ok(if path.is_definite() {
            nodes.first().and_then(Tree::size).map_or(Found::Nothing, Found::Count)
        } else {
            Found::Count(nodes.len())
        });
    }
    Ok(if path.is_definite() {
        nodes.into_iter().next().map_or(Found::Nothing, Found::One)
    } else {
        Found::Many(nodes, visits.0)
    })
}

/// Takes one step from one node.
fn take<T: Tree>(
    step: &Step,
    node: &T,
    root: &T,
    visits: &mut Visits,
    depth: usize,
    into: &mut Vec<T>,
) -> Result<(), PathError> {
    visits.count(1)?;
    select(&step.selector, node, root, visits, into)?;
    if step.deep {
        if depth > MAX_VALUE_DEPTH {
            return Err(PathError::TooMuch);
        }
        for child in node.children() {
            take(step, &child, root, visits, depth + 1, into)?;
        }
    }
    Ok(())
}

fn select<T: Tree>(
    selector: &Selector,
    node: &T,
    root: &T,
    visits: &mut Visits,
    into: &mut Vec<T>,
) -> Result<(), PathError> {
    match selector {
        Selector::Names(names) => into.extend(names.iter().filter_map(|name| node.member(name))),
        Selector::Indexes(indexes) => {
            if let Some(length) = node.length() {
                let places = indexes.iter().filter_map(|index| place(*index, length));
                into.extend(places.filter_map(|place| node.item(place)));
            }
        }
        Selector::Slice(first, last) => {
            if let Some(length) = node.length() {
                let bound = |index: i64| {
                    let from_end = usize::try_from(index.unsigned_abs()).unwrap_or(usize::MAX);
                    if index < 0 { length.saturating_sub(from_end) } else { from_end.min(length) }
                };
                let (first, last) = (first.map_or(0, bound), last.map_or(length, bound));
                visits.count(last.saturating_sub(first))?;
                into.extend((first..last).filter_map(|place| node.item(place)));
            }
        }
        Selector::All => {
            let children = node.children();
            visits.count(children.len())?;
            into.extend(children);
        }
        Selector::Filter(filter) => {
            let children = node.children();
            visits.count(children.len())?;
            // A filter on an object asks about the object itself.
            if node.length().is_none() {
                if node.size().is_some() && filter.holds(node, root, visits)? {
                    into.push(node.clone());
                }
                return Ok(());
            }
            for child in children {
                if filter.holds(&child, root, visits)? {
                    into.push(child);
                }
            }
        }
    }
    Ok(())
}

fn place(index: i64, length: usize) -> Option<usize> {
    let distance = usize::try_from(index.unsigned_abs()).ok()?;
    if index < 0 { length.checked_sub(distance) } else { Some(distance) }
}
