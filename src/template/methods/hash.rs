//! `hashCode`, which is the same for equal values wherever Java runs.

use crate::error::RenderError;
use crate::heap::Shape;
use crate::limits::MAX_VALUE_DEPTH;
use crate::number::Number;
use crate::render::{Outcome, Render};
use crate::value::{ListKind, Value};

fn folded(bits: u64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "a hash is of both halves")]
    let folded = (bits ^ (bits >> 32)) as u32;
    folded.cast_signed()
}

fn of_text(text: &str) -> i32 {
    text.encode_utf16().fold(0, |hash, unit| hash.wrapping_mul(31).wrapping_add(i32::from(unit)))
}

fn of_number(number: &Number) -> i32 {
    match number {
        Number::Integer(number) => i32::try_from(*number).unwrap_or_else(|_| folded(number.cast_unsigned())),
        Number::Double(number) => folded(number.to_bits()),
        Number::Exact(number) => folded(number.as_double().to_bits()),
        Number::Big(number) => {
            let digits = number.unsigned_abs().to_be_bytes();
            let hash = digits.chunks(4).fold(0_i32, |hash, digit| {
                let digit = digit.iter().fold(0_u32, |digit, byte| digit << 8 | u32::from(*byte));
                hash.wrapping_mul(31).wrapping_add(digit.cast_signed())
            });
            if **number < 0 { hash.wrapping_neg() } else { hash }
        }
    }
}

impl<'a> Render<'a> {
    /// The hash of a value that has one of its own.
    pub(super) fn hash_of(&mut self, value: &Value<'a>, depth: usize) -> Outcome<Option<i32>> {
        self.step(1)?;
        if depth > MAX_VALUE_DEPTH {
            return Err(RenderError::TooDeep.into());
        }
        Ok(Some(match value {
            Value::Null => 0,
            Value::Bool(value) => {
                if *value {
                    1231
                } else {
                    1237
                }
            }
            Value::Number(number) => of_number(number),
            Value::Text(text) => {
                self.step(text.len() / 16)?;
                of_text(text)
            }
            holder => match self.heap.shape(holder) {
                Some(Shape::List(ListKind::Java | ListKind::Json)) => self.hash_of_list(holder, depth)?,
                Some(Shape::Map) => self.hash_of_map(holder, depth)?,
                _ => return Ok(None),
            },
        }))
    }

    fn hash_of_list(&mut self, list: &Value<'a>, depth: usize) -> Outcome<i32> {
        let mut hash = 1_i32;
        let mut cursor = self.heap.walk(list);
        while let Some((_, item)) = self.heap.next(list, &mut cursor) {
            let item = self.hash_of(&item, depth + 1)?.unwrap_or_default();
            hash = hash.wrapping_mul(31).wrapping_add(item);
        }
        Ok(hash)
    }

    fn hash_of_map(&mut self, map: &Value<'a>, depth: usize) -> Outcome<i32> {
        let mut hash = 0_i32;
        let mut cursor = self.heap.walk(map);
        while let Some((Some(key), value)) = self.heap.next(map, &mut cursor) {
            let key = self.hash_of(&key.into(), depth + 1)?.unwrap_or_default();
            let value = self.hash_of(&value, depth + 1)?.unwrap_or_default();
            hash = hash.wrapping_add(key ^ value);
        }
        Ok(hash)
    }
}
