//! Functions at the end of a path: `.length()`, `.sum()` and their like.

use crate::limits::MAX_OUTPUT_BYTES;

use super::filter::number_text;
use super::walk::{Stop, Visits, Walk, is_object};
use super::{Found, Item, JsonPath, PathError, Tree};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Length,
    Keys,
    Min,
    Max,
    Average,
    Deviation,
    Sum,
    Concat,
    Append,
    First,
    Last,
    Index,
}

/// What a function is given beside what it stands behind.
#[derive(Debug)]
pub(super) enum Argument {
    /// A path from the root.
    Path(JsonPath),
    Whole(usize),
    Number(f64),
    Text(Box<str>),
}

impl Argument {
    /// Appends what the argument stands for.
    pub(super) fn items<T: Tree>(&self, walk: &mut Walk<'_, T>, into: &mut Vec<Item<T>>) -> Result<(), Stop> {
        match self {
            Self::Whole(number) => into.push(Item::Count(*number)),
            Self::Number(number) => into.push(Item::Number(*number)),
            Self::Text(text) => into.push(Item::Text(text.clone())),
            Self::Path(path) => {
                let root = walk.root;
                match walk.find(path, root, |item| item)? {
                    Found::Nothing => return Err(Stop::NotFound),
                    Found::One(item) => into.push(item),
                    Found::Many(items, _) => into.push(Item::List(items)),
                }
            }
        }
        Ok(())
    }
}

impl Function {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "length" | "size" => Self::Length,
            "keys" => Self::Keys,
            "min" => Self::Min,
            "max" => Self::Max,
            "avg" => Self::Average,
            "stddev" => Self::Deviation,
            "sum" => Self::Sum,
            "concat" => Self::Concat,
            "append" => Self::Append,
            "first" => Self::First,
            "last" => Self::Last,
            "index" => Self::Index,
            _ => return None,
        })
    }

    pub(super) fn call<T: Tree>(
        self,
        node: &T,
        arguments: Vec<Item<T>>,
        visits: &mut Visits,
    ) -> Result<Item<T>, PathError> {
        // What it goes through: it may be called for each of many values.
        let held: usize = arguments.iter().map(Item::held).sum();
        let held = held + node.size().unwrap_or_default();
        visits.count(held)?;
        if self == Self::Append && held > visits.most_kept {
            return Err(PathError::TooMuch);
        }
        Ok(match self {
            Self::Length => match arguments.first() {
                Some(Item::List(items)) => Item::Count(items.len()),
                Some(Item::Node(list)) if list.length().is_some() => {
                    Item::Count(list.length().unwrap_or_default())
                }
                _ => node.size().map_or(Item::Null, Item::Count),
            },
            Self::Keys if is_object(node) => Item::Names(names(node, visits)?),
            Self::Keys => Item::Null,
            Self::Concat => {
                let text = texts(node, &arguments)?;
                visits.count(text.len() / 16)?;
                Item::Text(text.into())
            }
            Self::Append if node.length().is_some() => {
                Item::List(node.children().map(Item::Node).chain(arguments).collect())
            }
            Self::Append => Item::Node(node.clone()),
            Self::First | Self::Last | Self::Index => {
                let length = node.length().ok_or(PathError::Function)?;
                let place = match (self, numbers_of(arguments.first()).first()) {
                    (Self::First, _) => Some(0),
                    (Self::Last, _) => length.checked_sub(1),
                    #[expect(clippy::cast_possible_truncation, reason = "an index is a whole number")]
                    (_, Some(index)) => {
                        let index = *index as i64;
                        let distance = usize::try_from(index.unsigned_abs()).unwrap_or(usize::MAX);
                        if index < 0 { length.checked_sub(distance) } else { Some(distance) }
                    }
                    _ => None,
                };
                let item = place.and_then(|place| node.item(place)).ok_or(PathError::Function)?;
                Item::Node(item)
            }
            Self::Min | Self::Max | Self::Average | Self::Deviation | Self::Sum => {
                let own = node.length().into_iter().flat_map(|_| node.children());
                let mut numbers: Vec<_> = own.filter_map(|own| own.number()).collect();
                numbers.extend(arguments.iter().flat_map(|argument| numbers_of(Some(argument))));
                Item::Number(self.of_numbers(&numbers)?)
            }
        })
    }

    #[expect(clippy::cast_precision_loss, reason = "no list is that long")]
    fn of_numbers(self, numbers: &[f64]) -> Result<f64, PathError> {
        if numbers.is_empty() {
            return Err(PathError::NoNumbers);
        }
        let count = numbers.len() as f64;
        let sum: f64 = numbers.iter().sum();
        Ok(match self {
            Self::Min => numbers.iter().copied().fold(f64::INFINITY, f64::min),
            Self::Max => numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            Self::Average => sum / count,
            Self::Deviation => {
                let squares: f64 = numbers.iter().map(|number| number * number).sum();
                (squares / count - sum * sum / count / count).sqrt()
            }
            _ => sum,
        })
    }
}

/// The names of an object's members, of which a path may ask for again and again.
fn names<T: Tree>(object: &T, visits: &mut Visits) -> Result<Vec<Box<str>>, PathError> {
    let mut names = Vec::new();
    for name in object.names() {
        visits.count(1 + name.len() / 16)?;
        if names.len() >= visits.most_kept {
            return Err(PathError::TooMuch);
        }
        names.push(name);
    }
    Ok(names)
}

/// The numbers that an argument is or has in it.
fn numbers_of<T: Tree>(argument: Option<&Item<T>>) -> Vec<f64> {
    match argument {
        Some(Item::Number(number)) => vec![*number],
        #[expect(clippy::cast_precision_loss, reason = "no list is that long")]
        Some(Item::Count(count)) => vec![*count as f64],
        Some(Item::Node(node)) => match node.number() {
            Some(number) => vec![number],
            None if node.length().is_some() => node.children().filter_map(|child| child.number()).collect(),
            None => Vec::new(),
        },
        Some(Item::List(items)) => items.iter().flat_map(|item| numbers_of(Some(item))).collect(),
        _ => Vec::new(),
    }
}

/// The texts of a list, and all that is given beside it, in one.
fn texts<T: Tree>(node: &T, arguments: &[Item<T>]) -> Result<String, PathError> {
    let mut text = String::new();
    if node.length().is_some() {
        for child in node.children() {
            append(&child.text().unwrap_or_default(), &mut text)?;
        }
    }
    arguments.iter().try_for_each(|argument| append_item(argument, &mut text))?;
    Ok(text)
}

fn append(text: &str, into: &mut String) -> Result<(), PathError> {
    into.push_str(text);
    if into.len() > MAX_OUTPUT_BYTES { Err(PathError::TooMuch) } else { Ok(()) }
}

fn append_item<T: Tree>(item: &Item<T>, into: &mut String) -> Result<(), PathError> {
    match item {
        Item::Text(text) => append(text, into),
        Item::Node(node) => match (node.text(), node.number(), node.bool()) {
            (Some(text), _, _) => append(&text, into),
            (_, Some(number), _) => append(&number_text(number), into),
            (_, _, Some(value)) => append(if value { "true" } else { "false" }, into),
            _ => Ok(()),
        },
        Item::Number(number) => append(&number_text(*number), into),
        Item::Count(count) => append(&count.to_string(), into),
        Item::List(items) => items.iter().try_for_each(|item| append_item(item, into)),
        Item::Members(_) | Item::Names(_) | Item::Null => Ok(()),
    }
}
