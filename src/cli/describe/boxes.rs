//! The method execution view: request boxes on top, from left to right, the integration below, answers back.

use std::fmt::Write as _;

/// Characters between a box' sides.
const INNER: usize = 42;
/// Between the boxes of a row.
const GAP: &str = "    ";

/// A box.
pub(super) struct Card {
    title: &'static str,
    lines: Vec<String>,
}

/// All of it.
pub(super) struct View {
    pub(super) title: String,
    pub(super) from: String,
    pub(super) method_request: Card,
    pub(super) integration_request: Card,
    pub(super) integration: Card,
    pub(super) integration_response: Card,
    pub(super) method_response: Card,
}

impl Card {
    pub(super) fn new(title: &'static str, lines: Vec<String>) -> Self {
        Self { title, lines }
    }

    /// Lines of the same width, `height` of them between top and bottom.
    fn drawn(&self, height: usize) -> Vec<String> {
        let mut drawn = vec![format!("┌─ {} {}┐", self.title, "─".repeat(INNER - self.title.len() - 1))];
        let body = self.wrapped();
        let empty = String::new();
        for index in 0..height {
            let line = body.get(index).unwrap_or(&empty);
            let fill = INNER - line.chars().count();
            drawn.push(format!("│ {line}{} │", " ".repeat(fill)));
        }
        drawn.push(format!("└{}┘", "─".repeat(INNER + 2)));
        drawn
    }

    fn wrapped(&self) -> Vec<String> {
        self.lines.iter().flat_map(|line| wrap(line)).collect()
    }
}

/// Pieces that fit a box; what comes from elsewhere does not command a terminal.
fn wrap(line: &str) -> Vec<String> {
    let plain: Vec<char> = line.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    let mut pieces = Vec::new();
    let mut rest = &plain[..];
    while rest.len() > INNER {
        // At a space, unless that leaves too little.
        let space = rest[..=INNER].iter().rposition(|c| *c == ' ').filter(|at| *at > INNER / 2);
        let (piece, after) = rest.split_at(space.unwrap_or(INNER));
        pieces.push(piece.iter().collect());
        rest = after.strip_prefix(&[' ']).unwrap_or(after);
    }
    pieces.push(rest.iter().collect());
    pieces
}

pub(super) fn draw(view: &View) -> String {
    let mut out = format!("{}\n{}\n\n", wrap_wide(&view.title), wrap_wide(&view.from));
    row(&view.method_request, " ─▶ ", &view.integration_request, &mut out);
    // Writing to a String does not fail.
    let middle = " ".repeat(INNER + 4 + GAP.len() + INNER / 2);
    let _ = writeln!(out, "{middle}│");
    let height = view.integration.wrapped().len();
    for line in view.integration.drawn(height) {
        let _ = writeln!(out, "{}{GAP}{line}", " ".repeat(INNER + 4));
    }
    let _ = writeln!(out, "{middle}│");
    row(&view.method_response, " ◀─ ", &view.integration_response, &mut out);
    out
}

fn wrap_wide(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(98).collect()
}

fn row(left: &Card, arrow: &str, right: &Card, out: &mut String) {
    let height = left.wrapped().len().max(right.wrapped().len());
    for (index, (left, right)) in left.drawn(height).iter().zip(right.drawn(height)).enumerate() {
        let between = if index == 1 { arrow } else { GAP };
        let _ = writeln!(out, "{left}{between}{right}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn within_a_hundred_columns() {
        let long = "a".repeat(130) + " " + &"word ".repeat(30) + "\u{1b}[31m";
        let card = |title| Card::new(title, vec![long.clone(), "short".to_owned()]);
        let view = View {
            title: "x".repeat(300),
            from: "deployment d".to_owned(),
            method_request: card("Method Request"),
            integration_request: card("Integration Request"),
            integration: Card::new("Integration", vec![String::new()]),
            integration_response: card("Integration Response"),
            method_response: Card::new("Method Response", Vec::new()),
        };
        let text = draw(&view);
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
        assert!(!text.contains('\u{1b}') && text.contains("short"));
    }
}
