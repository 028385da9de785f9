//! The end of an object: each name once, and the way to find it.

use super::node::{Node, next};
use super::{Kind, MOST_UNSORTED, Token};

/// The object at `own` is whole. Of a name that is there twice the last value counts, in the first one's place. Behind the
/// members of a large object go their places, sorted by name, two in a token.
pub(super) fn close_object(text: &str, tokens: &mut Vec<Token>, own: usize) {
    let object = Node::new(text, tokens, own);
    if object.size() <= Some(MOST_UNSORTED) && !has_twice(object) {
        return;
    }
    let mut members = members(tokens, own);
    sort(text, tokens, own, &mut members);
    let is_same = |pair: &[u32]| {
        let [first, second] = pair else { return false };
        name(text, tokens, own, *first).text() == name(text, tokens, own, *second).text()
    };
    if members.windows(2).any(is_same) {
        keep_once(text, tokens, own, &members);
        members = self::members(tokens, own);
        sort(text, tokens, own, &mut members);
    }
    if members.len() > MOST_UNSORTED {
        for pair in members.chunks(2) {
            let (first, second) = (pair.first(), pair.get(1));
            tokens.push(Token {
                kind_and_extent: first.copied().unwrap_or_default(),
                place: second.copied().unwrap_or_default(),
            });
        }
        tokens[own] = Token::new(Kind::Object, tokens.len() - own - 1, members.len());
    }
}

fn has_twice(object: Node<'_>) -> bool {
    let is_before = |(index, (name, _)): (usize, (Node<'_>, _))| {
        object.members().take(index).any(|(earlier, _)| earlier.text() == name.text())
    };
    object.members().enumerate().any(is_before)
}

/// Where the names are, from the token behind the object's own.
#[expect(clippy::cast_possible_truncation, reason = "no document has that many tokens")]
fn members(tokens: &[Token], own: usize) -> Vec<u32> {
    let count = tokens[own].place as usize;
    let mut at = own + 1;
    let mut members = Vec::with_capacity(count);
    for _ in 0..count {
        members.push((at - own - 1) as u32);
        at = next(tokens, at + 1);
    }
    members
}

fn name<'d>(text: &'d str, tokens: &'d [Token], own: usize, member: u32) -> Node<'d> {
    Node::new(text, tokens, own + 1 + member as usize)
}

fn sort(text: &str, tokens: &[Token], own: usize, members: &mut [u32]) {
    members.sort_by(|a, b| name(text, tokens, own, *a).text().cmp(&name(text, tokens, own, *b).text()));
}

fn keep_once(text: &str, tokens: &mut Vec<Token>, own: usize, sorted: &[u32]) {
    let mut kept: Vec<(u32, u32)> = Vec::with_capacity(sorted.len());
    for member in sorted {
        let same = kept.last_mut().filter(|(first, _)| {
            name(text, tokens, own, *first).text() == name(text, tokens, own, *member).text()
        });
        match same {
            Some((_, last)) => *last = *member,
            None => kept.push((*member, *member)),
        }
    }
    kept.sort_unstable();
    let before = tokens.split_off(own + 1);
    for (first, last) in &kept {
        let value = *last as usize + 1;
        tokens.push(before[*first as usize]);
        tokens.extend_from_slice(&before[value..next(&before, value)]);
    }
    tokens[own] = Token::new(Kind::Object, tokens.len() - own - 1, kept.len());
}
