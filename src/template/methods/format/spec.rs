//! One `%…` of a format: `%[index$][flags][width][.precision]conversion`.

/// Which of the values it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Next,
    /// `<`: that of the one before.
    Same,
    /// `2$`, from 1.
    Number(usize),
}

#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "the flags of a format are just that")]
pub(super) struct Spec {
    pub(super) place: Place,
    pub(super) left: bool,
    pub(super) zero: bool,
    pub(super) plus: bool,
    pub(super) space: bool,
    pub(super) grouped: bool,
    pub(super) brackets: bool,
    pub(super) alternate: bool,
    pub(super) width: Option<usize>,
    pub(super) precision: Option<usize>,
    /// In lower case.
    pub(super) kind: char,
    pub(super) upper: bool,
}

/// More would be padding for its own sake.
const MAX_WIDTH: usize = 1_000;

impl Spec {
    /// What follows a `%`, and the text behind it; nothing if it is malformed.
    pub(super) fn read(text: &str) -> Option<(Self, &str)> {
        let mut rest = text;
        let place = place(&mut rest);
        let flags = rest.find(|c| !"-#+ 0,(".contains(c))?;
        let (flags, after) = rest.split_at(flags);
        rest = after;
        let has = |flag| flags.contains(flag);
        let repeated = flags.char_indices().any(|(at, flag)| flags[..at].contains(flag));
        let width =
            if rest.starts_with(|c: char| c.is_ascii_digit()) { Some(number(&mut rest)?) } else { None };
        let precision = match rest.strip_prefix('.') {
            Some(after) => {
                rest = after;
                Some(number(&mut rest)?)
            }
            None => None,
        };
        let kind = rest.chars().next()?;
        let upper = matches!(kind, 'B' | 'H' | 'S' | 'C' | 'X' | 'E' | 'G');
        let spec = Self {
            place,
            left: has('-'),
            zero: has('0'),
            plus: has('+'),
            space: has(' '),
            grouped: has(','),
            brackets: has('('),
            alternate: has('#'),
            width,
            precision,
            kind: if upper { kind.to_ascii_lowercase() } else { kind },
            upper,
        };
        (!repeated && spec.is_sound()).then(|| (spec, &rest[kind.len_utf8()..]))
    }

    /// Whether the flags go together, and with the conversion.
    fn is_sound(&self) -> bool {
        let signed = self.plus || self.space || self.brackets;
        let contradicts = (self.left && self.zero) || (self.plus && self.space);
        let needs_width = (self.left || self.zero) && self.width.is_none();
        let fits = match self.kind {
            'd' => !self.alternate && self.precision.is_none(),
            'o' | 'x' => !self.grouped && !signed && self.precision.is_none(),
            'f' => true,
            'e' => !self.grouped,
            'g' => !self.alternate,
            'b' | 'h' | 's' => !signed && !self.zero && !self.grouped && !self.alternate,
            'c' => !signed && !self.zero && !self.grouped && !self.alternate && self.precision.is_none(),
            '%' | 'n' => {
                let plain = !signed && !self.zero && !self.grouped && !self.alternate;
                let filled = self.left || self.width.is_some();
                plain
                    && self.precision.is_none()
                    && self.place != Place::Same
                    && (self.kind == '%' || !filled)
            }
            _ => false,
        };
        fits && !contradicts && !needs_width
    }

    /// The sign before a number, and what follows it.
    pub(super) fn signs(&self, negative: bool) -> (&'static str, &'static str) {
        match (negative, self.brackets) {
            (true, true) => ("(", ")"),
            (true, false) => ("-", ""),
            (false, _) if self.plus => ("+", ""),
            (false, _) if self.space => (" ", ""),
            _ => ("", ""),
        }
    }

    /// Digits between their signs, with zeros where these are asked for.
    pub(super) fn signed(&self, negative: bool, digits: &str) -> String {
        let (before, behind) = self.signs(negative);
        let zeros = match self.width {
            Some(width) if self.zero => width.saturating_sub(before.len() + digits.len() + behind.len()),
            _ => 0,
        };
        format!("{before}{:0>zeros$}{digits}{behind}", "")
    }

    /// Appends what was made, filled up to its width.
    pub(super) fn pad(&self, piece: &str, into: &mut String) {
        let piece = if self.upper { &piece.to_uppercase() } else { piece };
        let missing = self.width.unwrap_or_default().saturating_sub(piece.encode_utf16().count());
        if self.left {
            into.push_str(piece);
        }
        into.extend(std::iter::repeat_n(' ', missing));
        if !self.left {
            into.push_str(piece);
        }
    }
}

fn place(rest: &mut &str) -> Place {
    if let Some(after) = rest.strip_prefix('<') {
        *rest = after;
        return Place::Same;
    }
    let mut after = *rest;
    match number(&mut after) {
        Some(index) if index > 0 && !rest.starts_with('0') && after.starts_with('$') => {
            *rest = &after[1..];
            Place::Number(index)
        }
        _ => Place::Next,
    }
}

fn number(text: &mut &str) -> Option<usize> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, after) = text.split_at(digits);
    *text = after;
    number.parse().ok().filter(|number| *number <= MAX_WIDTH)
}
