//! The order of a Java `HashSet` of texts. The service collects what is wrong with a body in one: each text once, in
//! an order that follows from the texts (seen in public answers of APIs, as is the wording).

use std::collections::HashSet;

/// Texts a table of 16 places holds before it grows.
const FIRST: usize = 12;

/// The texts as such a set prints them.
pub(super) fn in_order(texts: Vec<String>) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut unique: Vec<String> = texts.into_iter().filter(|text| seen.insert(text.clone())).collect();
    let (mut places, mut most) = (16_u32, FIRST);
    while unique.len() > most {
        places *= 2;
        most *= 2;
    }
    // Stable: texts of one place stand in the order they came.
    unique.sort_by_key(|text| place(text, places));
    unique
}

fn place(text: &str, places: u32) -> u32 {
    let hash =
        text.encode_utf16().fold(0_u32, |hash, unit| hash.wrapping_mul(31).wrapping_add(u32::from(unit)));
    (hash ^ (hash >> 16)) & (places - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(texts: &[&str]) -> Vec<String> {
        in_order(texts.iter().map(|text| (*text).to_owned()).collect())
    }

    #[test]
    fn as_apis_answer() {
        let format = "format attribute \"double\" not supported";
        let string = "instance type (string) does not match any allowed primitive type (allowed: [\"integer\",\"number\"])";
        let null = "instance type (null) does not match any allowed primitive type (allowed: [\"integer\",\"number\"])";
        assert_eq!(of(&[string, format]), [format, string]);
        assert_eq!(of(&[format, null]), [null, format]);
    }

    #[test]
    fn each_once_and_in_places() {
        // The hash of one letter is its code.
        assert_eq!(of(&["b", "a", "b"]), ["a", "b"]);
        assert_eq!(of(&["p", "o"]), ["p", "o"]);
        // `Aa` and `BB` share a place.
        assert_eq!(of(&["BB", "Aa"]), ["BB", "Aa"]);
        // Thirteen texts stand in 32 places, where `p` comes after `o`.
        let letters = ["p", "o", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"];
        assert_eq!(of(&letters).last().unwrap(), "p");
    }
}
