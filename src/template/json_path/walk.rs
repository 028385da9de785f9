//! Reading a path against a tree, as Jayway's library does.

use crate::limits::MAX_VALUE_DEPTH;

use super::function::Function;
use super::{Found, Item, JsonPath, MAX_VISITED, PathError, Selector, Step, Tree};

/// Counts the values that were visited, and bounds those that are kept.
#[derive(Debug)]
pub(super) struct Visits {
    values: usize,
    pub(super) most_kept: usize,
}

impl Visits {
    pub(super) fn count(&mut self, values: usize) -> Result<(), PathError> {
        self.values = self.values.saturating_add(values);
        if self.values > MAX_VISITED { Err(PathError::TooMuch) } else { Ok(()) }
    }
}

/// Why a walk ended early.
#[derive(Debug)]
pub(super) enum Stop {
    /// What must be there is not.
    NotFound,
    Failed(PathError),
}

impl From<PathError> for Stop {
    fn from(error: PathError) -> Self {
        Self::Failed(error)
    }
}

pub(super) fn find<T: Tree, U>(
    path: &JsonPath,
    root: &T,
    most: usize,
    keep: impl Fn(T) -> U + Copy,
) -> Result<Found<U>, PathError> {
    let mut visits = Visits { values: 0, most_kept: most };
    match Walk::new(root, &mut visits, false).find(path, root, |item| item.map(keep)) {
        Ok(found) => Ok(found),
        Err(Stop::NotFound) => Ok(Found::Nothing),
        Err(Stop::Failed(error)) => Err(error),
    }
}

/// What takes what is found.
type Take<'t, T> = &'t mut dyn FnMut(Item<T>) -> Walked;

pub(super) struct Walk<'w, T> {
    pub(super) root: &'w T,
    pub(super) visits: &'w mut Visits,
    /// Whether every member must be there, as where a filter asks whether something exists.
    pub(super) strict: bool,
    /// How many steps are being taken within each other.
    depth: usize,
}

/// A value may be within itself, and many steps may stay where they are.
const MAX_DEPTH: usize = 3 * MAX_VALUE_DEPTH;

pub(super) type Walked = Result<(), Stop>;

pub(super) fn is_object<T: Tree>(node: &T) -> bool {
    node.length().is_none() && node.size().is_some()
}

impl<'w, T: Tree> Walk<'w, T> {
    pub(super) fn new(root: &'w T, visits: &'w mut Visits, strict: bool) -> Self {
        Self { root, visits, strict, depth: 0 }
    }

    /// Does something within something else.
    fn within(&mut self, work: impl FnOnce(&mut Self) -> Walked) -> Walked {
        self.visits.count(1)?;
        if self.depth >= MAX_DEPTH {
            return Err(PathError::TooMuch.into());
        }
        self.depth += 1;
        let outcome = work(self);
        self.depth -= 1;
        outcome
    }

    pub(super) fn find<U>(
        &mut self,
        path: &JsonPath,
        from: &T,
        keep: impl Fn(Item<T>) -> Item<U>,
    ) -> Result<Found<U>, Stop> {
        let mut items = Vec::new();
        let most = self.visits.most_kept;
        let mut take = |item| {
            if items.len() >= most {
                return Err(PathError::TooMuch.into());
            }
            items.push(keep(item));
            Ok(())
        };
        self.walk(&path.steps, from, true, &mut take)?;
        Ok(if path.is_definite() {
            items.pop().map_or(Found::Nothing, Found::One)
        } else {
            Found::Many(items, self.visits.values)
        })
    }

    /// Takes the steps from a node. `definite`: those before them were, so that what is not there is an end.
    fn walk(&mut self, steps: &[Step], node: &T, definite: bool, into: Take<'_, T>) -> Walked {
        let Some((step, rest)) = steps.split_first() else {
            self.visits.count(1)?;
            return into(Item::Node(node.clone()));
        };
        self.within(|walk| {
            if step.deep {
                walk.scan(step, rest, node, into)
            } else {
                walk.select(step, rest, node, definite, into)
            }
        })
    }

    fn select(&mut self, step: &Step, rest: &[Step], node: &T, definite: bool, into: Take<'_, T>) -> Walked {
        let missing = || if definite { Err(Stop::NotFound) } else { Ok(()) };
        let definite_on = definite && step.is_definite(rest.is_empty());
        match &step.selector {
            Selector::Names(_) if !is_object(node) => missing(),
            Selector::Indexes(_) | Selector::Slice(..) if node.length().is_none() => missing(),
            Selector::Names(names) if names.len() > 1 && rest.is_empty() => {
                let members =
                    names.iter().filter_map(|name| Some((name.clone(), node.member(name)?))).collect();
                into(Item::Members(members))
            }
            Selector::Names(names) => {
                for name in names {
                    match node.member(name) {
                        Some(member) => self.walk(rest, &member, definite_on, into)?,
                        None if self.strict || (definite_on && !rest.is_empty()) => {
                            return Err(Stop::NotFound);
                        }
                        None => {}
                    }
                }
                Ok(())
            }
            Selector::Indexes(indexes) => {
                indexes.iter().try_for_each(|index| self.item(rest, node, *index, definite_on, into))
            }
            Selector::Slice(first, last) => {
                let range = slice(*first, *last, node.length().unwrap_or_default());
                self.visits.count(usize::try_from(range.end - range.start).unwrap_or_default())?;
                range.into_iter().try_for_each(|index| self.item(rest, node, index, false, into))
            }
            Selector::All => node.children().try_for_each(|child| self.walk(rest, &child, false, into)),
            Selector::Filter(filter) if is_object(node) => {
                if filter.holds(node, self.root, self.visits)? {
                    self.walk(rest, node, false, into)?;
                }
                Ok(())
            }
            Selector::Filter(filter) if node.length().is_some() => {
                for child in node.children() {
                    if filter.holds(&child, self.root, self.visits)? {
                        self.walk(rest, &child, false, into)?;
                    }
                }
                Ok(())
            }
            Selector::Filter(_) if definite => Err(PathError::NoFilter.into()),
            Selector::Filter(_) => Ok(()),
            Selector::Function(function, arguments) => {
                let made = self.call(*function, arguments, node)?;
                into(made)?;
                // What was made is no part of the tree, and has nothing in it to go on to.
                match rest.first() {
                    Some(Step { deep: false, selector: Selector::Filter(_) }) if definite => {
                        Err(PathError::NoFilter.into())
                    }
                    None | Some(Step { deep: true, .. } | Step { selector: Selector::All, .. }) => Ok(()),
                    Some(_) => missing(),
                }
            }
        }
    }

    /// An item of a list; below zero an index counts from the end. One that is not there is no end.
    fn item(&mut self, rest: &[Step], list: &T, index: i64, definite: bool, into: Take<'_, T>) -> Walked {
        let distance = usize::try_from(index.unsigned_abs()).unwrap_or(usize::MAX);
        let place = if index < 0 {
            list.length().and_then(|length| length.checked_sub(distance))
        } else {
            Some(distance)
        };
        match place.and_then(|place| list.item(place)) {
            Some(item) => self.walk(rest, &item, definite, into),
            None => Ok(()),
        }
    }

    /// A step at any depth: here, and in everything within.
    fn scan(&mut self, step: &Step, rest: &[Step], node: &T, into: Take<'_, T>) -> Walked {
        let is_list = node.length().is_some();
        if !is_list && !is_object(node) {
            return Ok(());
        }
        if self.may_begin(step, rest, node, is_list)? {
            if is_list && !rest.is_empty() {
                // Jayway goes on from every item of the list, whichever the step would take.
                for child in node.children() {
                    self.walk(rest, &child, false, into)?;
                }
            } else {
                self.select(step, rest, node, false, into)?;
            }
        }
        node.children().try_for_each(|child| self.within(|walk| walk.scan(step, rest, &child, into)))
    }

    /// Whether a step at any depth is taken at this object or list.
    fn may_begin(&mut self, step: &Step, rest: &[Step], node: &T, is_list: bool) -> Result<bool, Stop> {
        Ok(match &step.selector {
            Selector::Names(_) if is_list => false,
            Selector::Names(names) => {
                (names.len() > 1 && !rest.is_empty()) || names.iter().all(|name| node.member(name).is_some())
            }
            Selector::Indexes(_) | Selector::Slice(..) => is_list,
            Selector::All => true,
            Selector::Filter(filter) => filter.holds(node, self.root, self.visits)?,
            Selector::Function(..) => false,
        })
    }

    fn call(&mut self, function: Function, arguments: &[super::Argument], node: &T) -> Result<Item<T>, Stop> {
        let mut items = Vec::new();
        for argument in arguments {
            argument.items(self, &mut items)?;
        }
        Ok(function.call(node, items, self.visits)?)
    }
}

/// The indexes of a slice; those below zero count from the end.
fn slice(first: Option<i64>, last: Option<i64>, length: usize) -> std::ops::Range<i64> {
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    let from_end = |index: i64| if index < 0 { length.saturating_add(index) } else { index };
    match (first, last) {
        (Some(first), None) => from_end(first).max(0)..length,
        (None, last) => 0..last.map_or(length, from_end).min(length).max(0),
        // Where both are given, they are counted through as they stand.
        (Some(first), Some(last)) => {
            let last = last.min(length);
            // What lies before the first item is not there.
            first.max(-length).min(last)..last
        }
    }
}
