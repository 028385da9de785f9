//! A pattern of Java's in the notation of the engine.

/// What Java calls a line's end, beside `\n`: `.` matches none of them.
const DOT: &str = r"[^\n\r\u{85}\u{2028}\u{2029}]";

/// The pattern as the engine has to read it to find the same.
pub(super) fn translated(pattern: &str) -> String {
    let mut text = String::with_capacity(pattern.len() + 16);
    let dot_is_all = has_flag(pattern, 's');
    let mut within = 0_usize;
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '\\' => rest = escape(rest, within > 0, &mut text),
            '.' if within == 0 && !dot_is_all => text.push_str(DOT),
            _ => {
                match c {
                    '[' => within += 1,
                    ']' => within = within.saturating_sub(1),
                    _ => {}
                }
                text.push(c);
            }
        }
    }
    text
}

/// Whether a group of flags, as in `(?is)`, sets this one.
fn has_flag(pattern: &str, flag: char) -> bool {
    pattern
        .split("(?")
        .skip(1)
        .any(|group| group.chars().take_while(char::is_ascii_alphabetic).any(|c| c == flag))
}

/// What follows a backslash; gives what is left behind it.
fn escape<'p>(rest: &'p str, in_class: bool, text: &mut String) -> &'p str {
    let Some(escaped) = rest.chars().next() else {
        text.push('\\');
        return rest;
    };
    let after = &rest[escaped.len_utf8()..];
    // The classes `\d`, `\w` and `\s` are of ASCII alone in Java.
    let meaning = match escaped {
        'd' => "[0-9]",
        'D' => "[^0-9]",
        'w' => "[0-9A-Za-z_]",
        'W' => "[^0-9A-Za-z_]",
        's' => r"[ \t-\r]",
        'S' => r"[^ \t-\r]",
        'h' => r"[ \t\u{a0}\u{1680}\u{180e}\u{2000}-\u{200a}\u{202f}\u{205f}\u{3000}]",
        'R' if !in_class => r"(?:\r\n|[\n-\r\u{85}\u{2028}\u{2029}])",
        'Z' => r"\z",
        'e' => r"\x1b",
        '<' => "<",
        '>' => ">",
        'Q' => {
            let (literal, after) = after.split_once("\\E").unwrap_or((after, ""));
            text.push_str(&::regex::escape(literal));
            return after;
        }
        'p' | 'P' => {
            if let Some((class, after)) = posix(after) {
                text.push_str(if escaped == 'p' { "[[:" } else { "[[:^" });
                text.push_str(class);
                text.push_str(":]]");
                return after;
            }
            r"\"
        }
        _ => r"\",
    };
    text.push_str(meaning);
    if meaning == r"\" {
        text.push(escaped);
    }
    after
}

/// The class of ASCII that `{Alpha}` and its like are, and what follows it.
fn posix(rest: &str) -> Option<(&'static str, &str)> {
    let (name, after) = rest.strip_prefix('{')?.split_once('}')?;
    let class = match name {
        "Lower" => "lower",
        "Upper" => "upper",
        "ASCII" => "ascii",
        "Alpha" => "alpha",
        "Digit" => "digit",
        "Alnum" => "alnum",
        "Punct" => "punct",
        "Graph" => "graph",
        "Print" => "print",
        "Blank" => "blank",
        "Cntrl" => "cntrl",
        "XDigit" => "xdigit",
        "Space" => "space",
        _ => return None,
    };
    Some((class, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_mean_what_they_do_in_java() {
        for (pattern, text, matches) in [
            (r"[\d.]+\s\S\W", "1.5 é-", true),
            (r"\d", "٣", false),
            (r"\Qa.b\E.", "a.bc", true),
            (r"\Qa.b\E", "axb", false),
            (r"\p{Alpha}+", "é", false),
            (r"\P{Punct}\p{Punct}", "a$", true),
            (r"\p{L}+", "é", true),
            ("a.b", "a\rb", false),
            ("(?s)a.b", "a\rb", true),
            ("[.]", "x", false),
            (r"a\Rb", "a\r\nb", true),
            (r"\<a\>", "<a>", true),
            (r"[\w-]+", "a-b", true),
        ] {
            let regex = ::regex::Regex::new(&format!("^(?:{})$", translated(pattern))).unwrap();
            assert_eq!(regex.is_match(text), matches, "{pattern} {text:?}");
        }
    }
}
