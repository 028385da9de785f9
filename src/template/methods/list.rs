//! Methods of lists.

use super::count;
use crate::RenderError;
use crate::print;
use crate::render::Renderer;
use crate::value::{Heap, Value};

/// The item at an index; from the end where it is negative.
pub(crate) fn at<'a>(heap: &Heap<'a>, list: usize, index: i64) -> Option<Value<'a>> {
    let items = &heap.lists[list].items;
    items.get(position(items.len(), index)?).cloned()
}

/// Sets the item at an index, if there is one.
pub(crate) fn set<'a>(heap: &mut Heap<'a>, list: usize, index: i64, value: Value<'a>) -> Option<Value<'a>> {
    let position = position(heap.lists[list].items.len(), index)?;
    let item = heap.lists[list].items.get_mut(position)?;
    Some(std::mem::replace(item, value))
}

fn position(length: usize, index: i64) -> Option<usize> {
    match usize::try_from(index) {
        Ok(index) => Some(index),
        Err(_) => length.checked_sub(usize::try_from(index.unsigned_abs()).ok()?),
    }
}

pub(super) fn call<'a>(
    renderer: &mut Renderer<'a>,
    list: usize,
    name: &str,
    arguments: &[Value<'a>],
) -> Result<Value<'a>, RenderError> {
    let heap = &mut renderer.heap;
    match (name, arguments) {
        ("size" | "length", []) => Ok(count(heap.lists[list].items.len())),
        ("isEmpty", []) => Ok(Value::Boolean(heap.lists[list].items.is_empty())),
        ("get", [Value::Integer(index)]) => Ok(at(heap, list, *index).unwrap_or(Value::Null)),
        ("set", [Value::Integer(index), value]) => {
            Ok(set(heap, list, *index, value.clone()).unwrap_or(Value::Null))
        }
        ("add", [value]) => {
            heap.take(24)?;
            heap.lists[list].items.push(value.clone());
            Ok(Value::Boolean(true))
        }
        ("add", [Value::Integer(index), value]) => {
            heap.take(24)?;
            let items = &mut heap.lists[list].items;
            if let Some(index) = usize::try_from(*index).ok().filter(|index| *index <= items.len()) {
                items.insert(index, value.clone());
            }
            Ok(Value::Null)
        }
        ("addAll", [Value::List(other)]) => {
            let items = heap.lists[*other].items.clone();
            heap.take(items.len() * 24)?;
            heap.lists[list].items.extend(items);
            Ok(Value::Boolean(true))
        }
        ("remove", [Value::Integer(index)]) => {
            let items = &mut heap.lists[list].items;
            let index = usize::try_from(*index).ok().filter(|index| *index < items.len());
            Ok(index.map_or(Value::Null, |index| items.remove(index)))
        }
        ("remove", [value]) => {
            let found = index_of(heap, list, value)?;
            if let Some(index) = found {
                heap.lists[list].items.remove(index);
            }
            Ok(Value::Boolean(found.is_some()))
        }
        ("clear", []) => {
            heap.lists[list].items.clear();
            Ok(Value::Null)
        }
        ("contains", [value]) => Ok(Value::Boolean(index_of(heap, list, value)?.is_some())),
        ("indexOf", [value]) => Ok(index_of(heap, list, value)?.map_or(Value::Integer(-1), count)),
        ("lastIndexOf", [value]) => {
            let wanted = print::text(heap, value)?;
            for (index, item) in heap.lists[list].items.iter().enumerate().rev() {
                if print::text(heap, item)? == wanted {
                    return Ok(count(index));
                }
            }
            Ok(Value::Integer(-1))
        }
        ("containsAll", [Value::List(other)]) => {
            for value in heap.lists[*other].items.clone() {
                if index_of(heap, list, &value)?.is_none() {
                    return Ok(Value::Boolean(false));
                }
            }
            Ok(Value::Boolean(true))
        }
        ("subList", [Value::Integer(from), Value::Integer(to)]) => {
            let range = usize::try_from(*from).ok().zip(usize::try_from(*to).ok());
            let part = range.and_then(|(from, to)| heap.lists[list].items.get(from..to)).map(<[_]>::to_vec);
            part.map_or(Ok(Value::Null), |part| heap.list(part))
        }
        _ => Ok(Value::Null),
    }
}

/// Items are compared by what they print, and a long list of long items is compared within the steps there are.
fn index_of<'a>(heap: &mut Heap<'a>, list: usize, value: &Value<'a>) -> Result<Option<usize>, RenderError> {
    let wanted = print::text(heap, value)?;
    for (index, item) in heap.lists[list].items.iter().enumerate() {
        if print::text(heap, item)? == wanted {
            return Ok(Some(index));
        }
    }
    heap.take(heap.lists[list].items.len())?;
    Ok(None)
}
